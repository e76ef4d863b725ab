"""The services of an account, as parts of its page."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from mailaccounts.admin.forms import MailGroupForm
from mailaccounts.admin.listing import actor
from mailaccounts.forms.redirect import RedirectForm
from mailaccounts.models import MailAccount, Mailbox, MailGroup, Redirect

Part = TypeVar("Part", bound="type[ServiceInline]")

# The parts, in their order; apps above this one add their own as their `admin` is imported.
SERVICES: list[type[ServiceInline]] = []


class ServiceInline(admin.StackedInline):
    """Who may change the account may change its services; the account's page decides that.

    One of these is made for each request, whose `viewer` it serves.
    """

    can_delete = False
    extra = 0
    verbose_name_plural = ""
    viewer: MailAccount

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        self.viewer = actor(request)
        return super().get_queryset(request)

    def link(self, text: object, model: str, **query: object) -> str:
        """The text, leading to the list of such a model for who may see it."""
        app, _dot, name = model.partition(".")
        if not self.viewer.has_perm(f"{app}.view_{name}"):
            return format_html("{}", text)
        listed = reverse(f"admin:{app}_{name}_changelist", query=query)
        return format_html('<a href="{}">{}</a>', listed, text)

    def has_add_permission(self, request: HttpRequest, obj: MailAccount | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: MailAccount | None = None) -> bool:
        return request.user.has_perm("mailaccounts.view_mailaccount") or self.has_change_permission(
            request, obj
        )

    def has_change_permission(self, request: HttpRequest, obj: MailAccount | None = None) -> bool:
        return request.user.has_perm("mailaccounts.change_mailaccount")


def on_account_page(part: Part) -> Part:
    """Add a service's part to the page of every account: the decorator of its class."""
    SERVICES.append(part)
    return part


@on_account_page
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


@on_account_page
class RedirectInline(ServiceInline):
    model = Redirect
    form = RedirectForm
    fields = ["enabled", "address"]


@on_account_page
class MailGroupInline(ServiceInline):
    model = MailGroup
    form = MailGroupForm
    fields = ["enabled", "number_of_members"]
    readonly_fields = ["number_of_members"]

    @admin.display(description=_("members"))
    def number_of_members(self, group: MailGroup) -> int:
        return group.members.count()
