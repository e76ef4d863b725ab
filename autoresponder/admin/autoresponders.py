"""Autoresponders in the administration: looked at, and switched off when they are a nuisance."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from autoresponder import sentences
from autoresponder.models import Autoresponder
from mailaccounts.admin.listing import ListByAccount, actor
from mailaccounts.models import MailAccount


class StateFilter(admin.SimpleListFilter):
    """Whether it answers, its dates aside: those are meant where each account is."""

    title = _("state")
    parameter_name = "state"
    ON = Q(enabled=True, service__enabled=True)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [
            ("on", pgettext_lazy("autoresponder", "On")),
            ("off", pgettext_lazy("autoresponder", "Off")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {"on": self.ON, "off": ~self.ON}.get(str(self.value()))
        return queryset if wanted is None else queryset.filter(wanted)


@admin.register(Autoresponder)
class AutoresponderAdmin(ListByAccount):
    """What one answers is its owner's to write: staff read it, and switch it.

    Whom it answered stands nowhere here: who writes to whom is no business of theirs. Newest first,
    and by nothing else: an index of how often each has answered would be written with every answer.
    """

    list_display = ["name", "account", "state", "condition", "period", "answers"]
    list_filter = [StateFilter]
    list_select_related = ["service__account"]
    ordering = ["-pk"]
    sortable_by = ()
    search_fields = ["service__account__address"]
    account_key = "service"
    fields = [
        *("owner", "name", "enabled", "state", "condition", "period", "limits"),
        *("subject", "return_address", "format", "written", "attached", "forward_to"),
        *("answers", "stored", "created"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Autoresponder]:
        return super().get_queryset(request).defer("text")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in self.fields if name != "enabled"]  # type: ignore[misc]  # names alone

    # What is said of one

    @admin.display(description=_("mail account"))
    def account(self, one: Autoresponder) -> MailAccount:
        return one.service.account

    @admin.display(description=_("mail account"))
    def owner(self, one: Autoresponder) -> str:
        page = reverse("admin:mailaccounts_mailaccount_change", args=[one.service_id])
        return format_html('<a href="{}">{}</a>', page, one.service.account)

    @admin.display(description=_("state"))
    def state(self, one: Autoresponder) -> str:
        return sentences.state(one, timezone.now())

    @admin.display(description=_("When it answers"))
    def condition(self, one: Autoresponder) -> str:
        return sentences.condition(one)

    @admin.display(description=_("dates"))
    def period(self, one: Autoresponder) -> str:
        return sentences.period(one)

    @admin.display(description=_("limits"))
    def limits(self, one: Autoresponder) -> str:
        return sentences.limits(one)

    @admin.display(description=_("answer with text"))
    def written(self, one: Autoresponder) -> str:
        """HTML too as it was written: nothing of it is shown as a page."""
        return format_html('<pre class="foreign">{}</pre>', one.text)

    @admin.display(description=_("attachment files"))
    def attached(self, one: Autoresponder) -> str:
        return ", ".join(map(str, one.attachments.all()))

    # Who may

    def save_model(self, request: HttpRequest, obj: Autoresponder, form: Any, change: bool) -> None:
        """The switch alone: delivery counts answers in the same row."""
        obj.save(update_fields=["enabled"])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Autoresponder | None = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or obj.service.account.manageable_by(actor(request))
        )

    def has_delete_permission(self, request: HttpRequest, obj: Autoresponder | None = None) -> bool:
        return False
