"""The tabs Black list and White list."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailaccounts.access import AccountRequest, owner_required
from spamfilter.actions import add_patterns
from spamfilter.forms.patterns import PatternsForm
from spamfilter.models import ListEntry, ServerListEntry, SpamList
from spamfilter.views.tabs import list_counts

PER_PAGE = 50
# Of the provider's list, which may be long.
SHOWN = 200


@owner_required("manage_spam_filter")
def black_list(request: AccountRequest) -> HttpResponse:
    """Whose mail is always spam."""
    return _list(request, SpamList.BLACK)


@owner_required("manage_spam_filter")
def white_list(request: AccountRequest) -> HttpResponse:
    """Whose mail is never spam."""
    return _list(request, SpamList.WHITE)


@owner_required("manage_spam_filter")
def list_entries_remove(request: AccountRequest) -> HttpResponse:
    """Name what goes, and on POST remove it; ids of other accounts are not found."""
    sent = request.POST if request.method == "POST" else request.GET
    ids = [int(text) for text in sent.getlist("entry") if text.isdecimal() and len(text) < 19]
    entries = list(request.user.spam_filter.entries.filter(pk__in=ids))
    back = "white_list" if _which(entries, sent.get("list")) == SpamList.WHITE else "black_list"
    if request.method == "POST":
        removed, _by_model = ListEntry.objects.filter(pk__in=[e.pk for e in entries]).delete()
        messages.success(request, _removed(removed))
        return redirect(back)
    if not entries:
        messages.info(request, _("Select the patterns to remove first."))
        return redirect(back)
    context = {"entries": entries, "back": back, "list": SpamList(entries[0].list)}
    return render(request, "spamfilter/list_entries_remove.html", context)


def _list(request: AccountRequest, which: SpamList) -> HttpResponse:
    account = request.user
    form = PatternsForm(
        request.POST if request.method == "POST" else None,
        spam_filter=account.spam_filter,
        list_=which,
    )
    name = "black_list" if which == SpamList.BLACK else "white_list"
    if form.is_valid():
        wanted = form.cleaned_data["patterns"]
        try:
            added = add_patterns(spam_filter=account.spam_filter, list_=which, wanted=wanted)
        except ValidationError as error:
            form.add_error("patterns", error)
        else:
            messages.success(request, _added(added, known=len(wanted) - added))
            return redirect(name)
    search = request.GET.get("q", "").strip().replace("\0", "")
    entries = account.spam_filter.entries.filter(list=which)
    if search:
        entries = entries.filter(pattern__icontains=search)
    context = {
        "form": form,
        "page": Paginator(entries, PER_PAGE).get_page(request.GET.get("page")),
        "search": search,
        "tabs": list_counts(account.spam_filter.entries.all()),
        "server": _of_the_provider(which) if account.spam_filter.use_server_settings else None,
    }
    return render(request, f"spamfilter/{name}.html", context)


def _of_the_provider(which: SpamList) -> dict[str, object]:
    entries = ServerListEntry.objects.filter(list=which)
    total = entries.count()
    return {"entries": entries[:SHOWN], "total": total, "more": max(0, total - SHOWN)}


def _which(entries: list[ListEntry], said: str | None) -> str:
    """The list to go back to."""
    return entries[0].list if entries else said or SpamList.BLACK


def _added(number: int, *, known: int) -> str:
    parts = []
    if number:
        parts.append(ngettext("%(number)d pattern added.", "%(number)d patterns added.", number))
    if known:
        parts.append(
            ngettext(
                "%(known)d pattern was on the list already.",
                "%(known)d patterns were on the list already.",
                known,
            )
        )
    return " ".join(parts) % {"number": number, "known": known}


def _removed(number: int) -> str:
    if not number:
        return _("Nothing to remove: these patterns are gone already.")
    return ngettext("%(number)d pattern removed.", "%(number)d patterns removed.", number) % {
        "number": number
    }
