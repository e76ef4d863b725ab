"""Settings of the test run, set before Django reads them."""

import os

os.environ.setdefault("SECRET_KEY", "tests")
# Static files under their own names, so that no test has to collect them first.
os.environ.setdefault("STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
