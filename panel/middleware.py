"""Sessions that know whence they come, and the preferences of whom they belong to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from mailaccounts.sessions import LANGUAGE, SessionStore
from panel.client_address import client_address
from panel.views.errors import wrong_verb


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, telling the session engine the browser's address and name."""

    def process_request(self, request: HttpRequest) -> None:
        session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        session.ip_address = client_address(request)
        session.user_agent = request.headers.get("User-Agent", "").replace("\0", "")
        request.session = session

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """A session that was ended while the page was made ends here, at the login screen."""
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            login = redirect("login")
            login.delete_cookie(settings.SESSION_COOKIE_NAME)
            return login


class PreferencesMiddleware:
    """Language and time zone as the account, or this session, has chosen; no page in any cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated and SESSION_KEY in request.session:
            request.session.flush()  # the account was suspended
        with translation.override(language_of(request)), timezone.override(time_zone_of(request)):
            request.LANGUAGE_CODE = translation.get_language() or ""  # as Django's own middleware
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class WrongVerbMiddleware:
    """Who opens the address of a button by hand, or after a login, gets words and not a blank."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return wrong_verb(request, response) if response.status_code == 405 else response


def language_of(request: HttpRequest) -> str:
    """Chosen at the login, else in the preferences (before the login: in the address), else what
    the browser asks for. A language that is not installed any more counts as not chosen.
    """
    installed = dict(settings.LANGUAGES)
    if request.user.is_authenticated:
        wishes = [request.session.get(LANGUAGE), request.user.language]
    else:
        wishes = [request.GET.get("language")]
    for wish in wishes:
        if wish in installed:
            return str(wish)
    return translation.get_language_from_request(request)


def time_zone_of(request: HttpRequest) -> tzinfo:
    """The account's; the server's while nobody is logged in, or if the account's is no more."""
    if request.user.is_authenticated:
        with suppress(ValueError, OSError, ZoneInfoNotFoundError):
            return ZoneInfo(request.user.time_zone)
    return timezone.get_default_timezone()
