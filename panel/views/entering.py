"""Log in, log out, and choose a new password by a one-time link."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from mailaccounts.actions import use_password_link
from mailaccounts.login import log_in
from mailaccounts.models import MailAccount, PasswordLink
from mailaccounts.recovery import note_password_request
from mailaccounts.sessions import ENDED
from panel.client_address import guessing_address
from panel.entering import LoginForm, NewPasswordForm, PasswordResetForm
from panel.known_browsers import is_known, remember
from panel.tasks import answer_password_request
from panel.telling import tell


@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    if request.POST.get("language") in dict(settings.LANGUAGES):
        translation.activate(request.POST["language"])
    form = LoginForm(request.POST or None, request=request)
    if form.is_valid() and form.account:
        return _come_in(request, form.account, form.cleaned_data["language"])
    context = {"form": form, "why": _why_it_ended(request), "provider": settings.PROVIDER_NAME}
    return render(request, "panel/login.html", context)


def _come_in(request: HttpRequest, account: MailAccount, language: str) -> HttpResponse:
    """Begin the session; its owner is told if the browser is new, but not of the very first one."""
    first = account.last_login is None
    log_in(request, account, language=language)
    response = redirect(_next(request))
    if not is_known(request, account):
        if not first:
            tell(request, account, "new_browser")
        remember(request, response, account)
    return response


def _next(request: HttpRequest) -> str:
    """Where the visitor wanted to go, if that is one of our own screens."""
    path = request.GET.get("next", "")
    # What has no slash, `redirect()` would take for the name of a view.
    if "/" in path and url_has_allowed_host_and_scheme(
        path, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return path
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _why_it_ended(request: HttpRequest) -> str:
    """What a newer login left in this browser's session, told once."""
    ended = request.session.get(ENDED)
    if not ended:
        return ""
    request.session.flush()
    at = datetime.fromisoformat(ended["at"]).astimezone(ZoneInfo(ended["time_zone"]))
    return _(
        "Your session was ended on %(when)s by a new login from %(address)s, because this account "
        "does not allow multiple sessions."
    ) % {
        "when": f"{date_format(at, 'DATETIME_FORMAT')} ({at.tzname()})",
        "address": ended["from"] or _("an unknown address"),
    }


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    end_session(request)
    messages.success(request, _("You are logged out."))
    return redirect(reverse("login", query={"language": translation.get_language()}))


def password_reset(request: HttpRequest) -> HttpResponse:
    """The same answer after the same work in every case; the worker finds out which it is."""
    form = PasswordResetForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        asked = note_password_request(
            login=form.cleaned_data["login"],
            email=form.cleaned_data["email"],
            ip_address=guessing_address(request),
            now=timezone.now(),
        )
        if asked is not None:
            answer_password_request.enqueue(asked.pk)
        messages.info(request, _neutral_answer())
        return redirect(reverse("login", query={"language": translation.get_language()}))
    return render(request, "panel/password_reset.html", {"form": form})


def _neutral_answer() -> str:
    return _(
        "If login and e-mail belong together, a link for a new password is on its way to the "
        "recovery address, or into the mailbox where there is none. It works once, for "
        "%(minutes)d minutes. If nothing comes, write to your provider: %(contact)s."
    ) % {
        "minutes": PasswordLink.LIFETIME.seconds // 60,
        "contact": settings.PROVIDER_CONTACT,
    }


@sensitive_post_parameters("new_password", "confirmation")
def password_reset_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The same page for a link that is used, too old, not the newest, or never was."""
    now = timezone.now()
    link = PasswordLink.objects.usable(token, now).select_related("account").first()
    form = NewPasswordForm(request.POST or None, account=link.account) if link else None
    if link and form and form.is_valid():
        password = form.cleaned_data["new_password"]
        if use_password_link(token=token, password=password, now=now):
            tell(request, link.account, "password_changed")
            end_session(request)
            messages.success(request, _("Your new password is set. Log in with it."))
            return redirect("login")
        form = None
    response = render(
        request, "panel/password_reset_confirm.html", {"form": form}, status=200 if form else 404
    )
    # The address is a secret: no other site and no search engine learns it. Stricter still,
    # `no-referrer`, would make browsers hide from us whence the form comes.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
