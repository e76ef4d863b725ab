"""The services of an account, as parts of its page."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailaccounts.admin.forms import MailGroupForm
from mailaccounts.forms.redirect import RedirectForm
from mailaccounts.models import MailAccount, Mailbox, MailGroup, Redirect


class ServiceInline(admin.StackedInline):
    """Who may change the account may change its services; the account's page decides that."""

    can_delete = False
    extra = 0
    verbose_name_plural = ""

    def has_add_permission(self, request: HttpRequest, obj: MailAccount | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: MailAccount | None = None) -> bool:
        return request.user.has_perm("mailaccounts.view_mailaccount") or self.has_change_permission(
            request, obj
        )

    def has_change_permission(self, request: HttpRequest, obj: MailAccount | None = None) -> bool:
        return request.user.has_perm("mailaccounts.change_mailaccount")


class MailboxInline(ServiceInline):
    """Its size, but no switch: off deletes its messages, which is its owner's to confirm."""

    model = Mailbox
    readonly_fields = ["enabled"]
    fieldsets = [
        (
            None,
            {
                "fields": ["enabled", "quota"],
                "description": _("Only its owner switches it: off deletes all its messages."),
            },
        )
    ]


class RedirectInline(ServiceInline):
    model = Redirect
    form = RedirectForm
    fields = ["enabled", "address"]


class MailGroupInline(ServiceInline):
    model = MailGroup
    form = MailGroupForm
    fields = ["enabled", "number_of_members"]
    readonly_fields = ["number_of_members"]

    @admin.display(description=_("members"))
    def number_of_members(self, group: MailGroup) -> int:
        return group.members.count()


SERVICES = [MailboxInline, RedirectInline, MailGroupInline]
