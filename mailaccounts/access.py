"""Who may call a view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from mailaccounts.models import MailAccount
from mailaccounts.models.plan import OWNER_PERMISSION
from mailaccounts.services import service_models


class AccountRequest(HttpRequest):
    """A request of a logged-in owner."""

    user: MailAccount


View = Callable[..., HttpResponse]


def owner_required(permission: str | None = None) -> Callable[[View], View]:
    """Let logged-in owners in, and with `"manage_redirect"` only those whose plan grants it.

    The name of the permission is looked up in the view's own app. Others are sent to the login, or
    get a 403.
    """

    def decorate(view: View) -> View:
        app = view.__module__.partition(".")[0]

        @wraps(view)
        def checked(request: AccountRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(_shown_before(request))
            if permission is not None and not request.user.has_perm(f"{app}.{permission}"):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate


def _shown_before(request: HttpRequest) -> str:
    """Where to go on after the login: this screen, or the one whose button was pressed.

    What answers to a button alone would answer 405 there. The login screen checks the path.
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    try:
        return urlsplit(request.headers.get("Referer", "")).path or "/"
    except ValueError:
        return "/"


@dataclass(frozen=True)
class Granted:
    """One thing that a plan can allow, and whether the account's plans do."""

    label: str | Promise
    granted: bool


def permissions_of(account: MailAccount) -> list[Granted]:
    """All that plans can allow, services first, as `owner_required` would decide it."""
    return [Granted(label, account.has_perm(name)) for name, label in _permissions().items()]


@cache
def _permissions() -> dict[str, str | Promise]:
    """`mailaccounts.manage_redirect` → Redirect, from the models of all installed apps."""
    return {
        f"{model._meta.app_label}.{codename}": label
        for model in (*service_models(), *apps.get_models())
        for codename, label in model._meta.permissions
        if codename.startswith(OWNER_PERMISSION)
    }
