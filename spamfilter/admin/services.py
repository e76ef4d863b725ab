"""The spam filter and the antivirus of an account, as parts of its page.

Staff switch them, as they do the other services. What counts as spam, what becomes of it and what
the filter is taught are its owner's to say: deleted mail cannot be brought back.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailaccounts.admin.services import ServiceInline, on_account_page
from spamfilter.bayes import lessons
from spamfilter.forms.spam_filter import AntivirusForm, SpamFilterSwitchForm
from spamfilter.info import filter_details
from spamfilter.models import Antivirus, SpamFilter, SpamList
from spamfilter.views.tabs import list_counts


class ScannerInline(ServiceInline):
    """What both ask of the account and its mailbox, read along with them."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super()
            .get_queryset(request)
            .select_related("account__mailbox", "account__spam_filter", "account__antivirus")
        )

    @admin.display(description=gettext_lazy("What applies now"))
    def applies(self, service: SpamFilter | Antivirus) -> str:
        name = str(service._meta.get_field("account").remote_field.related_name)
        return filter_details(service.account).get(name, "")


@on_account_page
class SpamFilterInline(ScannerInline):
    model = SpamFilter
    form = SpamFilterSwitchForm
    readonly_fields = [
        *("applies", "required_score", "action", "folder", "subject_marker", "alert_text"),
        *("use_server_settings", "black_list", "white_list", "learned"),
    ]
    fields = ["enabled", *readonly_fields]

    @admin.display(description=gettext_lazy("In front of the subject"))
    def subject_marker(self, wanted: SpamFilter) -> str:
        return wanted.marker if wanted.modify_subject else ""

    @admin.display(description=SpamList.BLACK.label)
    def black_list(self, wanted: SpamFilter) -> str:
        return self._entries(wanted, SpamList.BLACK)

    @admin.display(description=SpamList.WHITE.label)
    def white_list(self, wanted: SpamFilter) -> str:
        return self._entries(wanted, SpamList.WHITE)

    def _entries(self, wanted: SpamFilter, which: SpamList) -> str:
        number = list_counts(wanted.entries.all()).get(which, 0)
        found = {"q": wanted.account.address, "list__exact": which.value}
        return self.link(number_format(number), "spamfilter.listentry", **found)

    @admin.display(description=gettext_lazy("Learned so far"))
    def learned(self, wanted: SpamFilter) -> str:
        known = lessons(wanted.account.address)
        if known is None:
            return ""  # spamd keeps it elsewhere
        return _("%(spam)s spam, %(ham)s other messages") % {
            "spam": number_format(known.spam, force_grouping=True),
            "ham": number_format(known.ham, force_grouping=True),
        }


@on_account_page
class AntivirusInline(ScannerInline):
    model = Antivirus
    form = AntivirusForm
    readonly_fields = ["applies", "in_quarantine"]
    fields = ["enabled", *readonly_fields]

    @admin.display(description=gettext_lazy("In quarantine"))
    def in_quarantine(self, wanted: Antivirus) -> str:
        account = wanted.account
        number = number_format(account.quarantine.count())
        return self.link(number, "spamfilter.quarantine", q=account.address)
