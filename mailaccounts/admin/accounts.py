"""Mail accounts in the administration: the list, the page of one, and a new one."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from mailaccounts import actions
from mailaccounts.admin.deeds import AccountDeeds
from mailaccounts.admin.forms import AccountForm, NewAccountForm, StaffAccountForm
from mailaccounts.admin.listing import FastList, actor
from mailaccounts.admin.races import SecondTry
from mailaccounts.admin.search import accounts_matching
from mailaccounts.admin.services import SERVICES
from mailaccounts.models import MailAccount, Plan

SHOWN_ALIASES = 10


class PlanFilter(admin.SimpleListFilter):
    """By plan; there are few, unlike domains, for which one searches."""

    title = _("plan")
    parameter_name = "plan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return list(Plan.objects.order_by("name").values_list("pk", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        plan = self.value()
        known = {str(pk) for pk, _name in self.lookup_choices}
        return queryset.filter(groups=plan) if plan in known else queryset


@admin.register(MailAccount)
class MailAccountAdmin(AccountDeeds, SecondTry, FastList):
    """No password stands here: owners choose theirs, by a one-time link if need be."""

    list_display = ["readable_address", "domain_name", "state", "plan_name", "last_login"]
    list_filter = ["is_active", PlanFilter, "is_staff"]
    sortable_by = ["readable_address"]  # by anything else, all rows would be read
    search_fields = ["address"]
    search_help_text = _("The beginning of an address or alias, or a domain.")
    inlines: ClassVar[Any] = SERVICES

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[MailAccount]:
        plans = Prefetch("groups", Group.objects.exclude(plan=None), to_attr="plans")
        return super().get_queryset(request).prefetch_related(plans)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(accounts_matching(search_term)) if search_term else queryset, False

    @admin.display(description=_("mail address"), ordering="address")
    def readable_address(self, account: MailAccount) -> str:
        return str(account)

    @admin.display(description=_("domain"))
    def domain_name(self, account: MailAccount) -> str:
        return account.domain_id

    @admin.display(description=_("state"))
    def state(self, account: MailAccount) -> Any:
        return _("Active") if account.is_active else _("Suspended")

    @admin.display(description=_("plan"))
    def plan_name(self, account: MailAccount) -> str:
        return ", ".join(plan.name for plan in account.plans)  # type: ignore[attr-defined]

    # The page of one account

    @admin.display(description=_("mail aliases"))
    def aliases(self, account: MailAccount) -> str:
        """The first few, and the way to all and to a new one."""
        listed = reverse("admin:mailaccounts_alias_changelist", query={"q": account.address})
        new = reverse("admin:mailaccounts_alias_add", query={"account": account.pk})
        some = account.aliases.all()[:SHOWN_ALIASES]
        return format_html(
            '{}<a href="{}">{}</a> · <a href="{}">{}</a>',
            format_html_join("", "{}<br>", ((alias,) for alias in some)),
            listed,
            _("All aliases"),
            new,
            _("Add an alias"),
        )

    def get_fieldsets(self, request: HttpRequest, obj: MailAccount | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["address", "plan"]})]
        facts = ["address", "state", "plan", "aliases", "last_login", "created"]
        staff = (_("Staff"), {"fields": ["is_staff", "is_superuser", "roles"]})
        return [(None, {"fields": facts}), *([staff] if actor(request).is_superuser else [])]

    def get_readonly_fields(
        self, request: HttpRequest, obj: MailAccount | None = None
    ) -> list[str]:
        if obj is None:
            return []
        # Nobody locks out the last superuser: one's own rights are for another to take away.
        own = ["is_staff", "is_superuser"] if obj == request.user else []
        return ["address", "state", "aliases", "last_login", "created", *own]

    def get_inlines(self, request: HttpRequest, obj: MailAccount | None) -> Any:
        return [] if obj is None else self.inlines

    def get_form(
        self, request: HttpRequest, obj: MailAccount | None = None, change: bool = False, **kw: Any
    ) -> type[forms.ModelForm]:
        changed = StaffAccountForm if actor(request).is_superuser else AccountForm
        kw["form"] = changed if change else NewAccountForm
        return super().get_form(request, obj, change, **kw)

    def save_model(self, request: HttpRequest, obj: MailAccount, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["is_staff", "is_superuser"])
            if {"is_staff", "is_superuser"} & set(form.changed_data):
                actions.end_sessions(account=obj)
        else:
            obj.pk = actions.create_account(address=obj.address).pk
            obj.refresh_from_db()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        actions.change_plan(account=form.instance, plan=form.cleaned_data["plan"])
        if "roles" in form.cleaned_data:
            actions.change_roles(account=form.instance, roles=form.cleaned_data["roles"])

    def response_add(
        self, request: HttpRequest, obj: MailAccount, post_url_continue: str | None = None
    ) -> HttpResponse:
        """On to the new account's page: the one-time link is what comes next."""
        if "_addanother" not in request.POST and "_popup" not in request.POST:
            posted = request.POST.copy()
            posted["_continue"] = "1"
            request.POST = posted  # type: ignore[assignment]  # the stubs want it immutable
        return super().response_add(request, obj, post_url_continue)

    # Who may

    def has_change_permission(self, request: HttpRequest, obj: MailAccount | None = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or obj.manageable_by(actor(request))
        )

    def has_delete_permission(self, request: HttpRequest, obj: MailAccount | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (
            obj is None or (obj.manageable_by(actor(request)) and obj != request.user)
        )
