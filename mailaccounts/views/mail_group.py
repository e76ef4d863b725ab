"""The Mail group screens: state, members, adding and removing them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.actions import add_members, remove_members, switch_group_on
from mailaccounts.forms.mail_group import NewMembersForm
from mailaccounts.views.notices import say_done

PER_PAGE = 50
ORDERS = {
    "address": ("address",),
    "-address": ("-address",),
    "created": ("created", "address"),
    "-created": ("-created", "address"),
}


@owner_required("manage_mail_group")
def mail_group(request: AccountRequest) -> HttpResponse:
    """The members, searched, sorted and by the page."""
    group = request.user.mail_group
    search = request.GET.get("q", "").strip()
    sort = request.GET.get("sort", "")
    order = sort if sort in ORDERS else "address"
    members = group.members.order_by(*ORDERS[order])
    if search:
        members = members.matching(search)
    page = Paginator(members, PER_PAGE).get_page(request.GET.get("page"))
    context = {"group": group, "page": page, "search": search, "order": order}
    return render(request, "mailaccounts/mail_group.html", context)


@require_POST
@owner_required("manage_mail_group")
def mail_group_on(request: AccountRequest) -> HttpResponse:
    try:
        switch_group_on(group=request.user.mail_group)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The mail group is on."))
    return redirect("mail_group")


@require_POST
@owner_required("manage_mail_group")
def mail_group_off(request: AccountRequest) -> HttpResponse:
    request.user.mail_group.switch(on=False)
    say_done(request, _("The mail group is off. Its members stay listed."))
    return redirect("mail_group")


@owner_required("manage_mail_group")
def group_member_new(request: AccountRequest) -> HttpResponse:
    """Add one address, or a pasted list."""
    group = request.user.mail_group
    form = NewMembersForm(request.POST if request.method == "POST" else None, account=request.user)
    if form.is_valid():
        wanted = form.cleaned_data["addresses"]
        try:
            added = add_members(group=group, wanted=wanted)
        except ValidationError as error:
            form.add_error("addresses", error)
        else:
            messages.success(request, _added(added, known=len(wanted) - added))
            return redirect("mail_group")
    context = {"form": form, "limit": group.member_limit(), "members": group.members.count()}
    return render(request, "mailaccounts/group_member_new.html", context)


@owner_required("manage_mail_group")
def group_members_remove(request: AccountRequest) -> HttpResponse:
    """Name who goes, and on POST remove them; ids that are not of this group are not found."""
    group = request.user.mail_group
    sent = request.POST if request.method == "POST" else request.GET
    ids = [int(text) for text in sent.getlist("member") if text.isdecimal() and len(text) < 19]
    if request.method == "POST":
        removed, emptied = remove_members(group=group, members=ids)
        if removed:
            say_done(request, _removed(removed, emptied=emptied))
        else:
            messages.info(request, _("Nothing to remove: these members are gone already."))
        return redirect("mail_group")
    members = list(group.members.filter(pk__in=ids))
    if not members:
        messages.info(request, _("Select the members to remove first."))
        return redirect("mail_group")
    context = {"members": members, "all": len(members) == group.members.count(), "group": group}
    return render(request, "mailaccounts/group_members_remove.html", context)


def _added(number: int, *, known: int) -> str:
    parts = []
    if number:
        parts.append(ngettext("%(number)d member added.", "%(number)d members added.", number))
    if known:
        parts.append(
            ngettext(
                "%(known)d address was a member already.",
                "%(known)d addresses were members already.",
                known,
            )
        )
    return " ".join(parts) % {"number": number, "known": known}


def _removed(number: int, *, emptied: bool) -> str:
    text = ngettext("%(number)d member removed.", "%(number)d members removed.", number)
    if emptied:
        text += " " + _("That was the last one, so the mail group is off now.")
    return text % {"number": number}
