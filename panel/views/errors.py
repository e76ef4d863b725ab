"""Error pages: what happened in plain words, and a reference that is also in the log."""

from __future__ import annotations

import logging
import secrets
import sys
from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panel.views import typed

logger = logging.getLogger(__name__)

# Without letters and digits that are taken for each other when read out on the telephone.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class ErrorPage:
    """What an error page says."""

    status: int
    notice: str | Promise
    title: str | Promise
    text: str | Promise
    icon: str = "circle-alert"
    retry: bool = False


BAD_REQUEST = ErrorPage(
    400,
    _("The panel does not understand this request."),
    _("This address or form is not complete"),
    _("Go to Home and try again from there. Nothing was changed."),
)
CSRF = ErrorPage(
    403,
    _("The form was not accepted, to be on the safe side."),
    _("This form has expired"),
    _(
        "This happens when you have logged in again in another tab, or when cookies are blocked. "
        "Go back, reload the page and send the form again. Nothing was changed."
    ),
)
FORBIDDEN = ErrorPage(
    403,
    _("Your provider has not granted this to your account."),
    _("This screen is not open to you"),
    _("What your account may do is listed under Permissions. Ask your provider to change it."),
    icon="lock",
)
WRONG_VERB = ErrorPage(
    405,
    _("This address belongs to a button."),
    _("There is nothing to look at here"),
    _("Go to Home and choose the tool there. Nothing was changed."),
)
NOT_FOUND = ErrorPage(
    404,
    _("There is no such page."),
    _("Nothing is at this address"),
    _("What you are looking for may have been removed, or the address is not spelt correctly."),
    icon="search",
)
FAULT = ErrorPage(
    500,
    _("The panel has made a mistake."),
    _("This did not work, and the fault is ours"),
    _("Please try again. If it happens again, tell your provider what you were doing."),
    retry=True,
)
DATABASE_DOWN = ErrorPage(
    503,
    _("The panel cannot reach its database."),
    _("Please try again in a few minutes"),
    _(
        "Your settings are safe. Mail sent to you in the meantime waits at its senders’ servers "
        "and is delivered later; nothing is lost."
    ),
    icon="database",
    retry=True,
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return respond(request, BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return respond(request, FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return respond(request, NOT_FOUND)


def wrong_verb(request: HttpRequest, refusal: HttpResponse) -> HttpResponse:
    response = respond(request, WRONG_VERB)
    response.headers["Allow"] = refusal.headers["Allow"]
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Called by Django inside its `except`, so the exception is at hand."""
    reference = _reference()
    error = sys.exception()
    if isinstance(error, OperationalError | InterfaceError):
        logger.error(
            "%s %s: the database does not answer (reference %s): %s",
            request.method,
            request.path,
            reference,
            " ".join(str(error).split()),
        )
        response = respond(request, DATABASE_DOWN, reference, _typed(request))
        response["Retry-After"] = "60"
        return response
    logger.error(
        "%s %s failed (reference %s)", request.method, request.path, reference, exc_info=error
    )
    return respond(request, FAULT, reference)


def _typed(request: HttpRequest) -> dict[str, object]:
    """What was to be saved, with the token that it came with: in a minute it may be taken."""
    try:
        if request.method == "POST" and request.POST and typed.is_ours(request):
            token = ("csrfmiddlewaretoken", request.POST.get("csrfmiddlewaretoken", ""))
            secrets_too = typed.has_secrets(request)
            return {"kept": [token, *typed.kept(request)], "secrets": secrets_too}
    except (SuspiciousOperation, OSError):
        pass  # it cannot be read, and the answer stays what it was
    return {}


def _reference() -> str:
    code = "".join(secrets.choice(ALPHABET) for _position in range(6))
    return f"{code[:3]}-{code[3:]}"


def respond(
    request: HttpRequest,
    page: ErrorPage,
    reference: str = "",
    form: dict[str, object] | None = None,
) -> HttpResponse:
    """Drawn without request, session and database: any of them may be what is broken."""
    # Set by our middleware; what fails before it speaks the browser's language.
    language = getattr(request, "LANGUAGE_CODE", "")
    again = request.get_full_path() if form or request.method == "GET" else reverse("home")
    context = {"page": page, "reference": reference, "now": timezone.now(), "again": again}
    context |= form or {}
    with translation.override(language or translation.get_language_from_request(request)):
        html = render_to_string("panel/error.html", context)
    return HttpResponse(html, status=page.status)
