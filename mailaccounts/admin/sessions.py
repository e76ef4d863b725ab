"""Sessions in the administration: who is logged in, and ending that."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailaccounts.admin.listing import FastList, actor
from mailaccounts.admin.search import sessions_matching
from mailaccounts.models import MailAccount, Session
from mailaccounts.models.session import SessionQuerySet

NAMED = 100  # that a confirmation names one by one


@admin.register(Session)
class SessionAdmin(FastList):
    """They are looked at and ended. The key stands nowhere: with it anybody is logged in."""

    list_display = ["login", "kind", "ip_address", "browser", "started", "last_activity"]
    list_select_related = ["account"]
    sortable_by = ["started"]  # by anything else, all rows would be read
    ordering = ["-started"]
    search_fields = ["account__address"]
    search_help_text = _(
        "The beginning of an address, an IP address or its beginning up to a dot, or a network."
    )
    fields = ["login", "kind", "ip_address", "browser", "user_agent", "started", "last_activity"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return cast(SessionQuerySet, super().get_queryset(request)).alive(timezone.now())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(sessions_matching(search_term)) if search_term else queryset, False

    @admin.display(description=_("login"))
    def login(self, session: Session) -> str:
        return str(session)

    @admin.display(description=_("type"))
    def kind(self, session: Session) -> str:
        return session.kind

    @admin.display(description=_("browser"))
    def browser(self, session: Session) -> str:
        return str(session.browser)

    # Who may

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Unlike elsewhere, several may end at once: nothing is lost with them."""
        return admin.ModelAdmin.get_actions(self, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        """Sessions of staff are for superusers to end."""
        return super().has_delete_permission(request, obj) and (
            obj is None or obj.account is None or obj.account.manageable_by(actor(request))
        )

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._mine(request, queryset).delete()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The first by name, and how many there are."""
        if isinstance(objs, QuerySet):
            objs = self._mine(request, objs)
            number, named = objs.count(), objs.select_related("account")[:NAMED]
        else:
            number, named = len(objs), objs
        lines = [f"{session}, {session.browser}, {session.ip_address or '–'}" for session in named]
        return lines, {self.opts.verbose_name_plural: number}, set(), []

    def _mine(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if actor(request).is_superuser:
            return queryset
        owners = MailAccount.objects.manageable_by(actor(request))
        return queryset.filter(account__in=owners)
