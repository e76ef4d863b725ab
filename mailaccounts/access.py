"""Who may call a view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from mailaccounts.models import MailAccount


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
            if permission is not None and not request.user.has_perm(f"{app}.{permission}"):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(checked)

    return decorate
