"""Infected mail, for the staff: looked at as text, released, deleted; each look is on record."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from mailaccounts.admin.listing import ListByAccount, actor
from mailaccounts.store import StoreUnavailable
from spamfilter.models import Quarantine
from spamfilter.quarantine import release
from spamfilter.reading import look_into

LONGEST_ID = 18  # digits


@admin.register(Quarantine)
class QuarantineAdmin(ListByAccount):
    """Who may view it may read the mail of owners: a permission of its own, and never of staff's
    mail unless one is a superuser. Releasing takes the permission to change."""

    list_display = ["received", "account", "author", "subject", "virus", "size", "released"]
    list_select_related = ["account"]
    sortable_by = ["received"]
    search_fields = ["account__address"]
    account_key = "account"
    fields = [
        *("received", "account", "recipient", "sender", "author", "subject"),
        *("virus", "size", "released"),
    ]
    readonly_fields = ["size"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quarantine]:
        found = Quarantine.objects.without_message()
        if actor(request).is_superuser:
            return found
        return found.filter(account__is_staff=False, account__is_superuser=False)

    @admin.display(description=_("size"))
    def size(self, quarantined: Quarantine) -> str:
        return filesizeformat(quarantined.octets)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Quarantine | None = None) -> bool:
        return False  # there is nothing to edit; who has it may release

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self._release))
        name = "spamfilter_quarantine_release"
        return [path("<path:object_id>/release/", view, name=name), *super().get_urls()]

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        if not object_id.isdecimal() or len(object_id) > LONGEST_ID:
            return None
        return super().get_object(request, object_id, from_field)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Nothing here can be edited; who has opened it is written down first."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        quarantined = self.get_object(request, object_id)
        if quarantined is None or not self.has_view_permission(request, quarantined):
            return super().change_view(request, object_id, form_url)
        self._note(request, quarantined, _("Looked at."))
        shown = {
            "inside": look_into(bytes(quarantined.message)),
            "may_release": _may_release(request),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def _release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        quarantined = self.get_object(request, object_id)
        if quarantined is None:
            raise Http404
        if not _may_release(request):
            raise PermissionDenied
        page = reverse("admin:spamfilter_quarantine_change", args=[quarantined.pk])
        try:
            with transaction.atomic():
                self._note(request, quarantined, _("Released."))
                release(quarantined=quarantined, now=timezone.now())
        except StoreUnavailable:
            sorry = _("The mail store does not answer now: nothing was released. Try again later.")
            self.message_user(request, sorry, messages.ERROR)
            return redirect(page)
        self.message_user(request, _("Released: the message is in the mailbox now."))
        return redirect(page)

    def _note(self, request: HttpRequest, quarantined: Quarantine, what: Any) -> None:
        LogEntry.objects.log_actions(
            actor(request).pk, [quarantined], CHANGE, str(what), single_object=True
        )


def _may_release(request: HttpRequest) -> bool:
    return actor(request).has_perm("spamfilter.change_quarantine")
