"""Sessions that know whence they come, and the preferences of whom they belong to."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse

from mailaccounts.sessions import SessionStore


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, telling the session engine the browser's address and name."""

    def process_request(self, request: HttpRequest) -> None:
        session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        session.ip_address = request.META.get("REMOTE_ADDR")
        session.user_agent = request.headers.get("User-Agent", "")
        request.session = session


class PreferencesMiddleware:
    """Language, time zone and skin as the account, or this session, has chosen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
