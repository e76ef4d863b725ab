"""What other packages register and our staff does not need."""

from axes.models import AccessFailureLog, AccessLog
from django.contrib import admin
from django_tasks_db.models import DBTaskResult

# In English alone, and its arguments are of no use to anybody but the worker.
admin.site.unregister(DBTaskResult)
# Nothing is written there: refused logins are counted as attempts, the others are sessions.
admin.site.unregister([AccessLog, AccessFailureLog])
