"""Locks for whoever guesses passwords: how django-axes counts here, and what it answers."""

from __future__ import annotations

import math
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db import connection
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext

from mailaccounts.models import MailAccount
from mailaccounts.prepared import Prepared

# It is asked at every login and must not make it slower.
_FAILURES = Prepared(
    "panel_failures",
    ["text", "timestamptz", "inet"],
    """
    SELECT COALESCE(SUM(failures_since_start) FILTER (WHERE username = $1), 0),
           COALESCE(SUM(failures_since_start), 0)
      FROM axes_accessattempt
     WHERE attempt_time >= $2
       AND (ip_address = $3 OR ($3 IS NULL AND ip_address IS NULL))
    """,
)


class Handler(AxesDatabaseHandler):  # type: ignore[misc] # axes has no types
    """Counts by login and IP address, and with a higher limit by IP address alone."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        address = getattr(request, "axes_ip_address", None)
        login = get_client_username(request, credentials)
        with connection.cursor() as cursor:
            _FAILURES.execute(cursor, [login, get_cool_off_threshold(request), address])
            own, of_the_address = map(int, cursor.fetchone())
        request.axes_nothing_failed = own == 0  # type: ignore[attr-defined] # ours, beside axes' own
        if of_the_address >= settings.LOGIN_LIMIT_PER_ADDRESS:
            return max(own, int(settings.AXES_FAILURE_LIMIT))
        return own

    def user_logged_in(
        self, sender: Any, request: HttpRequest, user: MailAccount, **kwargs: Any
    ) -> None:
        """Begin the count anew, if there is any: mostly there is not, and nothing is asked."""
        if not getattr(request, "axes_nothing_failed", False):
            super().user_logged_in(sender, request, user, **kwargs)


def is_locked_out(request: HttpRequest) -> bool:
    """Whether `authenticate` refused to look at the password, or will from now on."""
    return bool(getattr(request, "axes_locked_out", False))


def try_again(request: HttpRequest, login: str) -> str:
    """When whoever is locked out may try again, as a sentence."""
    attempts = _from_address(request)
    own = attempts.filter(username=login)
    if _count(own) >= settings.AXES_FAILURE_LIMIT:
        attempts = own
    now = timezone.now()
    newest = attempts.aggregate(newest=Max("attempt_time"))["newest"] or now
    wait = newest + settings.AXES_COOLOFF_TIME - now
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    return ngettext(
        "Try again in %(minutes)d minute.", "Try again in %(minutes)d minutes.", minutes
    ) % {"minutes": minutes}


def locked_out(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The screen says so itself, beside the form; here it only gets its status."""
    response.status_code = 429
    return response


def _from_address(request: HttpRequest) -> QuerySet[Any]:
    attempts: QuerySet[Any] = AccessAttempt.objects.filter(
        ip_address=getattr(request, "axes_ip_address", None),
        attempt_time__gte=get_cool_off_threshold(request),
    )
    return attempts


def _count(attempts: QuerySet[Any]) -> int:
    return int(attempts.aggregate(count=Sum("failures_since_start"))["count"] or 0)
