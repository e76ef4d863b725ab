"""The administration for the provider's staff: Django's admin behind the panel's own login."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from mailaccounts.models import MailAccount
from panel.tasks import mail_password_link
from panel.views import entering

# The panel's Preferences have a form for it.
WITHOUT = {"password_change", "password_change_done"}


class StaffSite(AdminSite):
    site_header = "Pigeonnier"
    site_title = "Pigeonnier"
    index_title = _("Administration")

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Accounts first, then what is looked at now and then."""
        apps = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: app["app_label"] != "mailaccounts")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own: list[URLPattern | URLResolver] = [
            path(
                "mailaccounts/mailaccount/<path:object_id>/mail-password-link/",
                self.admin_view(require_POST(self.mail_link)),
                name="mail_password_link",
            )
        ]
        theirs = super().get_urls()
        return own + [url for url in theirs if getattr(url, "name", None) not in WITHOUT]

    def mail_link(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send an owner the link of "Forgot your password?": nobody here gets to see it."""
        # An AccountDeeds, whose module registers itself here and so cannot be imported.
        accounts: Any = self.get_model_admin(MailAccount)
        account = accounts.changeable(request, object_id)
        if not account.is_active:
            accounts.message_user(request, _("Reactivate the account first."), messages.WARNING)
        elif not (account.recovery_address or account.mailbox.enabled):
            nowhere = _(
                "There is neither a recovery address nor a mailbox to send it to: make a link and "
                "hand it over."
            )
            accounts.message_user(request, nowhere, messages.WARNING)
        else:
            mail_password_link.enqueue(account.pk)
            accounts.log_change(request, account, str(_("One-time link sent by mail.")))
            sent = _("A one-time link is on its way to the recovery address.")
            if not account.recovery_address:
                sent = _("A one-time link is on its way into the mailbox.")
            accounts.message_user(request, sent, messages.SUCCESS)
        return redirect("admin:mailaccounts_mailaccount_change", account.pk)

    def logout(  # type: ignore[override]  # the stubs know Django's own page alone
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return entering.logout(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send strangers to the panel's login; who is logged in and comes here is no staff."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or "/admin/")
