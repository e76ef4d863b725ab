"""The screens of an account's aliases: the list, a new one, changing and removing own ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mailaccounts import own_aliases
from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.forms.own_alias import NewOwnAliasForm, OwnAliasForm, last_day_of
from mailaccounts.models import Alias

PER_PAGE = 50
ORDERS = {
    "address": ("address",),
    "-address": ("-address",),
    "created": ("created", "address"),
    "-created": ("-created", "address"),
}


@dataclass(frozen=True)
class Row:
    """An alias with what the list says of it now."""

    alias: Alias
    last_day: date | None
    reserved_until: datetime | None


@owner_required("manage_own_aliases")
def aliases(request: AccountRequest) -> HttpResponse:
    """All aliases, searched, sorted and by the page; those of the provider to look at alone."""
    now = timezone.now()
    search = request.GET.get("q", "").strip()
    sort = request.GET.get("sort", "")
    order = sort if sort in ORDERS else "address"
    listed = request.user.aliases.listed().order_by(*ORDERS[order])
    page = Paginator(listed.matching(search) if search else listed, PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [Row(alias, last_day_of(alias), alias.reserved_until(now)) for alias in page]
    context = {"rows": rows, "page": page, "search": search, "order": order}
    return render(request, "mailaccounts/aliases.html", context)


@owner_required("manage_own_aliases")
def alias_new(request: AccountRequest) -> HttpResponse:
    """Make an alias; an address is suggested that nobody guesses."""
    now = timezone.now()
    form = NewOwnAliasForm(
        request.POST if request.method == "POST" else None,
        account=request.user,
        now=now,
        initial={"address": own_aliases.suggest_address(request.user)},
    )
    if form.is_valid():
        address = form.cleaned_data["address"]
        note = form.cleaned_data["note"]
        try:
            alias = own_aliases.make_own_alias(
                account=request.user, address=address, note=note, ends=form.ends(), now=now
            )
        except ValidationError as error:
            form.add_error("address", error)
        else:
            messages.success(request, _("%(alias)s now reaches this account.") % {"alias": alias})
            return redirect("aliases")
    context = {
        "form": form,
        "limit": own_aliases.alias_limit(request.user),
        "own": request.user.aliases.listed().filter(own=True).count(),
    }
    return render(request, "mailaccounts/alias_new.html", context)


@owner_required("manage_own_aliases")
def alias_edit(request: AccountRequest, pk: int) -> HttpResponse:
    """Change the note and the last day of an own alias."""
    now = timezone.now()
    alias = _own(request, pk)
    form = OwnAliasForm(
        request.POST if request.method == "POST" else None,
        account=request.user,
        alias=alias,
        now=now,
    )
    if form.is_valid():
        own_aliases.change_own_alias(alias=alias, note=form.cleaned_data["note"], ends=form.ends())
        messages.success(request, _("Alias saved."))
        return redirect("aliases")
    context = {"form": form, "alias": alias, "reserved_until": alias.reserved_until(now)}
    return render(request, "mailaccounts/alias_edit.html", context)


@require_POST
@owner_required("manage_own_aliases")
def alias_on(request: AccountRequest, pk: int) -> HttpResponse:
    alias = _own(request, pk)
    own_aliases.switch_alias_on(alias=alias, now=timezone.now())
    messages.success(request, _("%(alias)s is on: its mail arrives again.") % {"alias": alias})
    return redirect("aliases")


@require_POST
@owner_required("manage_own_aliases")
def alias_off(request: AccountRequest, pk: int) -> HttpResponse:
    alias = _own(request, pk)
    own_aliases.switch_alias_off(alias=alias, now=timezone.now())
    messages.success(
        request,
        _("%(alias)s is off: its mail is refused. It stays reserved for you for 90 days.")
        % {"alias": alias},
    )
    return redirect("aliases")


@owner_required("manage_own_aliases")
def aliases_remove(request: AccountRequest) -> HttpResponse:
    """Name which go, and on POST remove them; ids that are not the owner's are not found."""
    sent = request.POST if request.method == "POST" else request.GET
    ids = [int(text) for text in sent.getlist("alias") if text.isdecimal() and len(text) < 19]
    if request.method == "POST":
        removed = own_aliases.remove_own_aliases(
            account=request.user, aliases=ids, now=timezone.now()
        )
        if removed:
            text = ngettext("%(number)d alias removed.", "%(number)d aliases removed.", removed)
            messages.success(request, text % {"number": removed})
        else:
            messages.info(request, _("Nothing to remove: these aliases are gone already."))
        return redirect("aliases")
    chosen = list(request.user.aliases.listed().filter(own=True, pk__in=ids))
    if not chosen:
        messages.info(request, _("Select the aliases to remove first."))
        return redirect("aliases")
    return render(request, "mailaccounts/aliases_remove.html", {"aliases": chosen})


def _own(request: AccountRequest, pk: int) -> Alias:
    """An alias that this owner has made; another's is not found, nor one of the provider's."""
    return get_object_or_404(request.user.aliases.listed(), pk=pk, own=True)
