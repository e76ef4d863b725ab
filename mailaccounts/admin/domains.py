"""Mail domains in the administration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError
from django.db.models import ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mailaccounts import addresses
from mailaccounts.actions import make_signing_keys
from mailaccounts.admin.keys import DomainKeys
from mailaccounts.admin.listing import FastList
from mailaccounts.admin.search import as_stored
from mailaccounts.dns_records import records_for
from mailaccounts.models import Domain


class DomainForm(forms.ModelForm):
    class Meta:
        model = Domain
        fields = ["name"]

    def clean_name(self) -> str:
        return addresses.normalise_domain(self.cleaned_data["name"])


@admin.register(Domain)
class DomainAdmin(DomainKeys, FastList):
    """Domains are added and deleted; of one that is there only the key is renewed."""

    form = DomainForm
    list_display = ["readable_name", "name", "created"]
    list_display_links = ["readable_name"]
    search_fields = ["name__startswith"]
    search_help_text = _("The beginning of the domain name.")

    @admin.display(description=_("domain"), ordering="name")
    def readable_name(self, domain: Domain) -> str:
        return str(domain)

    @admin.display(description=_("mail accounts"))
    def accounts(self, domain: Domain) -> str:
        return _found_by("mailaccount", domain, domain.accounts.count())

    @admin.display(description=_("mail aliases"))
    def aliases(self, domain: Domain) -> str:
        return _found_by("alias", domain, domain.aliases.count())

    def get_fields(self, request: HttpRequest, obj: Domain | None = None) -> Any:
        return ["name"] if obj is None else ["readable_name", "name", "accounts", "aliases"]

    def has_change_permission(self, request: HttpRequest, obj: Domain | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Domain, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        make_signing_keys()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The domain, and what its DNS has to say."""
        domain = self.get_object(request, object_id)
        records = [] if domain is None else records_for(domain)
        context = {"dns_records": records, **(extra_context or {})}
        if domain is not None:
            context |= self.about_keys(request, domain)
        return super().change_view(request, object_id, form_url, context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, as_stored(search_term))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A domain in use stays: accounts and aliases are deleted one by one, knowingly."""
        accounts = sum(domain.accounts.count() for domain in objs)
        aliases = sum(domain.aliases.count() for domain in objs)
        used = [
            ngettext("%d mail account", "%d mail accounts", accounts) % accounts
            if accounts
            else "",
            ngettext("%d mail alias", "%d mail aliases", aliases) % aliases if aliases else "",
        ]
        names = [str(domain) for domain in objs]
        return names, {Domain._meta.verbose_name_plural: len(names)}, set(), [*filter(None, used)]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (IntegrityError, ProtectedError):
            # A colleague gave an address of it away between the count above and the deletion.
            taken = _("There is an account or alias in this domain now. Nothing was deleted.")
            self.message_user(request, taken, messages.ERROR)
            return redirect("admin:mailaccounts_domain_change", object_id)


def _found_by(model: str, domain: Domain, number: int) -> str:
    """The number, leading to the list that it counts."""
    url = reverse(f"admin:mailaccounts_{model}_changelist", query={"q": f"@{domain.name}"})
    return format_html('<a href="{}">{}</a>', url, number)
