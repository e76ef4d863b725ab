"""What is done to accounts beside editing them: suspend, reactivate, one-time link, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mailaccounts import actions
from mailaccounts.admin.deletion import what_goes, what_keeps
from mailaccounts.admin.listing import actor
from mailaccounts.models import MailAccount, PasswordLink
from mailaccounts.models.account import MailAccountQuerySet
from mailaccounts.store import StoreUnavailable

AT_ONCE = 500  # accounts that one confirmation names


@dataclass(frozen=True)
class Deed:
    """What can be done to one account or to several, once it is confirmed."""

    name: str
    to_active: bool
    title: str | Promise
    button: Callable[[int], str]
    consequence: str | Promise
    done: str | Promise
    act: Callable[..., None]


SUSPEND = Deed(
    name="suspend",
    to_active=True,
    title=_("Suspend"),
    button=lambda number: (
        ngettext("Suspend %(number)d account", "Suspend %(number)d accounts", number)
        % {"number": number}
    ),
    consequence=_(
        "No login works any more and mail is refused. Sessions end now. Nothing is deleted."
    ),
    done=_("Suspended."),
    act=actions.suspend_accounts,
)
REACTIVATE = Deed(
    name="reactivate",
    to_active=False,
    title=_("Reactivate"),
    button=lambda number: (
        ngettext("Reactivate %(number)d account", "Reactivate %(number)d accounts", number)
        % {"number": number}
    ),
    consequence=_("Logins work and mail is accepted again, with everything as it was."),
    done=_("Reactivated."),
    act=actions.reactivate_accounts,
)


class AccountDeeds(admin.ModelAdmin):
    """The buttons on an account's page, and the same for several accounts in the list."""

    actions = ["suspend_selected", "reactivate_selected"]

    @admin.action(description=_("Suspend selected accounts"), permissions=["change"])
    def suspend_selected(self, request: HttpRequest, queryset: MailAccountQuerySet) -> Any:
        return self._do_to_selected(request, SUSPEND, queryset)

    @admin.action(description=_("Reactivate selected accounts"), permissions=["change"])
    def reactivate_selected(self, request: HttpRequest, queryset: MailAccountQuerySet) -> Any:
        return self._do_to_selected(request, REACTIVATE, queryset)

    def get_urls(self) -> list[URLPattern]:
        """One URL for each button of an account's page."""
        views: dict[str, Callable[..., HttpResponse]] = {
            "suspend": partial(self._do_to_one, deed=SUSPEND),
            "reactivate": partial(self._do_to_one, deed=REACTIVATE),
            "password_link": require_POST(self._make_password_link),
        }
        return [
            path(
                f"<path:object_id>/{name.replace('_', '-')}/",
                self.admin_site.admin_view(view),
                name=f"mailaccounts_mailaccount_{name}",
            )
            for name, view in views.items()
        ] + super().get_urls()

    def _do_to_selected(
        self, request: HttpRequest, deed: Deed, queryset: MailAccountQuerySet
    ) -> HttpResponse | None:
        mine = queryset.manageable_by(actor(request)).filter(is_active=deed.to_active)
        accounts = list(mine.exclude(pk=actor(request).pk)[: AT_ONCE + 1])
        if not accounts:
            none = _("None of the selected accounts can be changed this way.")
            self.message_user(request, none, messages.WARNING)
            return None
        if len(accounts) > AT_ONCE:
            many = _("Choose %(limit)d accounts at most at once.") % {"limit": AT_ONCE}
            self.message_user(request, many, messages.WARNING)
            return None
        return self._confirm(
            request, deed, accounts, reverse("admin:mailaccounts_mailaccount_changelist")
        )

    def _do_to_one(self, request: HttpRequest, object_id: str, *, deed: Deed) -> HttpResponse:
        account = self.changeable(request, object_id)
        page = reverse("admin:mailaccounts_mailaccount_change", args=[account.pk])
        if account == request.user:
            raise PermissionDenied
        if account.is_active != deed.to_active:
            return redirect(page)
        return self._confirm(request, deed, [account], page) or redirect(page)

    def _confirm(
        self, request: HttpRequest, deed: Deed, accounts: Sequence[MailAccount], back: str
    ) -> HttpResponse | None:
        """The page that asks; nothing when it has been answered and the deed is done."""
        if request.method == "POST" and "confirmed" in request.POST:
            with transaction.atomic():
                deed.act(accounts=accounts)
                LogEntry.objects.log_actions(actor(request).pk, accounts, CHANGE, str(deed.done))
            self.message_user(request, str(deed.done), messages.SUCCESS)
            return None
        return self._page(
            request,
            "deed",
            title=deed.title,
            deed=deed,
            button=deed.button(len(accounts)),
            accounts=accounts,
            back=back,
        )

    def _make_password_link(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Shown once, to whoever asked; stored as a digest only."""
        account = self.changeable(request, object_id)
        page = reverse("admin:mailaccounts_mailaccount_change", args=[account.pk])
        if not account.is_active:
            self.message_user(request, _("Reactivate the account first."), messages.WARNING)
            return redirect(page)
        now = timezone.now()
        token = actions.make_password_link(account=account, now=now)
        self.log_change(request, account, str(_("One-time link made.")))
        link = request.build_absolute_uri(reverse("password_reset_confirm", args=[token]))
        return self._page(
            request,
            "password_link",
            title=_("One-time link"),
            account=account,
            link=link,
            expires=now + PasswordLink.LIFETIME,
            minutes=PasswordLink.LIFETIME.seconds // 60,
            back=page,
        )

    def changeable(self, request: HttpRequest, object_id: str) -> MailAccount:
        """The account that a URL names; 404, or 403 for who may not change it."""
        account: MailAccount | None = self.get_object(request, unquote(object_id))
        if account is None:
            raise Http404
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        return account

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            f"admin/mailaccounts/mailaccount/{name}.html",
            {**self.admin_site.each_context(request), "opts": self.opts, **context},
        )

    # Deleting

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """In words, not one line for each of thousands of rows."""
        goes = [line for account in objs for line in what_goes(account)]
        stays = [sentence for account in objs for sentence in what_keeps(account)]
        return goes, {self.opts.verbose_name_plural: len(objs)}, set(), stays

    def delete_model(self, request: HttpRequest, obj: MailAccount) -> None:
        actions.delete_account(account=obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except StoreUnavailable:
            unreachable = _("The mailbox cannot be reached now. Nothing was deleted; try later.")
            self.message_user(request, unreachable, messages.ERROR)
            return redirect("admin:mailaccounts_mailaccount_change", object_id)
