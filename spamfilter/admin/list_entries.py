"""The owners' black and white lists, for the staff to look at: why mail of somebody is spam."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailaccounts.admin.listing import ListByAccount
from mailaccounts.models import MailAccount
from spamfilter.models import ListEntry


@admin.register(ListEntry)
class ListEntryAdmin(ListByAccount):
    """They are their owners' to add and remove."""

    list_display = ["readable_pattern", "list", "account", "created"]
    list_filter = ["list"]
    list_select_related = ["spam_filter__account"]
    fields = ["readable_pattern", "list", "account", "created"]
    ordering = ["-pk"]
    sortable_by = ()  # by anything else, all rows would be read
    search_fields = ["spam_filter__account__address"]
    account_key = "spam_filter"

    @admin.display(description=_("E-mail pattern"))
    def readable_pattern(self, entry: ListEntry) -> str:
        return str(entry)

    @admin.display(description=_("mail account"))
    def account(self, entry: ListEntry) -> MailAccount:
        return entry.spam_filter.account

    # Who may

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ListEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ListEntry | None = None) -> bool:
        return False
