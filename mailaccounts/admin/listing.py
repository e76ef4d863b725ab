"""Lists that stay fast however many rows there are."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from mailaccounts.admin.search import accounts_matching
from mailaccounts.models import MailAccount

# Paging further is no way to find anything: searching is.
COUNTED = 10_000


class CappedPaginator(Paginator):
    """Counts, and pages through, the first rows only; counting a whole table takes too long."""

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        return min(COUNTED, self.object_list[: COUNTED + 1].count())

    @cached_property
    def is_capped(self) -> bool:
        """Whether there are more rows than are counted."""
        return bool(self.object_list[COUNTED : COUNTED + 1].exists())


class FastList(admin.ModelAdmin):
    """A list without exact totals, without counts per filter, and without removing many at once."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """With a title of our own: Django's puts the name behind "of", where French elides."""
        if add:
            title = pgettext("title", "Add %(thing)s")
        elif self.has_change_permission(request, obj):
            title = pgettext("title", "Change %(thing)s")
        else:
            title = pgettext("title", "View %(thing)s")
        context["title"] = title % {"thing": self.opts.verbose_name}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Nothing but what the filters offer, and no NUL, which PostgreSQL does not take.

        Django lets whoever sees a list filter it by any column: password hashes and the keys of
        sessions could be guessed letter by letter.
        """
        offered = {getattr(one, "parameter_name", one) for one in self.list_filter}
        return "\0" not in value and lookup.partition("__")[0] in offered

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Each deletion has its own page that says what goes."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class ListByAccount(FastList):
    """A list of what belongs to accounts, found by the beginning of an account's address or alias.

    `account_key` is the column with the account's id; `search_fields` only brings the field up.
    """

    account_key: str
    search_help_text = _("The beginning of the account’s address or alias, or a domain.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term:
            return queryset, False
        accounts = MailAccount.objects.filter(accounts_matching(search_term))
        found = {f"{self.account_key}__in": accounts.order_by().values("pk")}
        return queryset.filter(**found), False


def actor(request: HttpRequest) -> MailAccount:
    """Who is doing this; the site lets nobody but staff in."""
    return cast(MailAccount, request.user)
