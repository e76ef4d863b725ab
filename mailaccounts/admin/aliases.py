"""Mail aliases in the administration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailaccounts.admin.forms import AliasForm
from mailaccounts.admin.listing import FastList, actor
from mailaccounts.admin.races import SecondTry
from mailaccounts.admin.search import aliases_matching
from mailaccounts.models import Alias, MailAccount

LONGEST_ID = 19  # digits


class AccountChoice(AutocompleteSelect):
    """Django's, which looks for what was sent before asking whether it is an id."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        ids = [text for text in value if text.isdecimal() and len(text) < LONGEST_ID]
        return super().optgroups(name, ids, attr)


@admin.register(Alias)
class AliasAdmin(SecondTry, FastList):
    """Aliases are made and removed; there is nothing to change about one.

    What owners note of their own ones is for them alone.
    """

    form = AliasForm
    list_display = ["readable_address", "account", "created", "own", "ends", "off_since"]
    list_select_related = ["account"]
    autocomplete_fields = ["account"]
    search_fields = ["address"]
    search_help_text = _("The beginning of the alias or of its account’s address, or a domain.")

    @admin.display(description=_("mail address"), ordering="address")
    def readable_address(self, alias: Alias) -> str:
        return str(alias)

    def get_fields(self, request: HttpRequest, obj: Alias | None = None) -> Any:
        if obj is None:
            return ["account", "address"]
        own = ["ends", "off_since", "removed"] if obj.own else []
        return ["readable_address", "account", "created", *own]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        # What is sent to an alias reaches its account: not for everyone to decide about staff.
        kwargs["queryset"] = MailAccount.objects.manageable_by(actor(request))
        kwargs["widget"] = AccountChoice(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Alias | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Alias | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (
            obj is None or obj.account.manageable_by(actor(request))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(aliases_matching(search_term)) if search_term else queryset, False
