"""The WSGI application that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panel.settings")

application = get_wsgi_application()

# What is loaded by now stays until the process ends: looking through it again and again for garbage
# would make one page in a hundred wait.
gc.collect()
gc.freeze()
