"""Settings of the test run, set before Django reads them."""

import os

os.environ.setdefault("SECRET_KEY", "tests")
