"""The screens that empty the mailbox, which stays on: what is to go, and whether it really is."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.actions import empty_mailbox
from mailaccounts.forms.mailbox import ConfirmEmptyingForm, EmptyMailboxForm
from mailaccounts.fullness import share_of
from mailaccounts.store import StoreUnavailable, Usage, mail_store


@owner_required("manage_mailbox")
def mailbox_empty(request: AccountRequest) -> HttpResponse:
    """Ask which messages are to go; the next screen says how many they are."""
    form = EmptyMailboxForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        days = form.cleaned_data["days"]
        return redirect(reverse("mailbox_empty_confirm", query={"days": days} if days else {}))
    usage = _usage(request, None)
    share = share_of(usage, request.user.mailbox_limit)
    context = {"form": form, "usage": usage, "share": share}
    return render(request, "mailaccounts/mailbox_empty.html", context)


@owner_required("manage_mailbox")
def mailbox_empty_confirm(request: AccountRequest) -> HttpResponse:
    """Say how much goes, and on POST alone delete just that: what comes meanwhile stays."""
    now = timezone.now()
    if request.method == "POST":
        confirmed = ConfirmEmptyingForm(request.POST, now=now)
        if not confirmed.is_valid():
            return redirect("mailbox_empty")
        return _delete(request, confirmed.cleaned_data["before"])
    form = EmptyMailboxForm({**request.GET.dict(), "which": _which(request)})
    if not form.is_valid():
        return redirect("mailbox_empty")
    days = form.cleaned_data["days"]
    # To the second, for mail servers remember no more of when a message came.
    before = (now - timedelta(days=days or 0)).replace(microsecond=0)
    return _confirmation(request, _usage(request, before), before, days)


def _which(request: AccountRequest) -> str:
    return EmptyMailboxForm.OLDER if "days" in request.GET else EmptyMailboxForm.ALL


def _delete(request: AccountRequest, before: datetime) -> HttpResponse:
    try:
        gone = empty_mailbox(account=request.user, before=before)
    except StoreUnavailable:
        return _confirmation(request, None, before, None)
    messages.success(request, _deleted(gone))
    return redirect("mailbox_edit")


def _confirmation(
    request: AccountRequest, usage: Usage | None, before: datetime, days: int | None
) -> HttpResponse:
    context = {
        "usage": usage,
        "days": days,
        "before": before.isoformat(),
        "moment": before,
        "broke_off": request.method == "POST",
    }
    status = 200 if usage is not None else 503
    return render(request, "mailaccounts/mailbox_empty_confirm.html", context, status=status)


def _usage(request: AccountRequest, before: datetime | None) -> Usage | None:
    """What there is, or what is older; `None` when the store does not answer."""
    try:
        return mail_store().usage(request.user.address, before=before)
    except StoreUnavailable:
        return None


def _deleted(usage: Usage) -> str:
    if not usage.messages:
        return _("There was nothing to delete.")
    return ngettext(
        "%(number)s message (%(size)s) was deleted.",
        "%(number)s messages (%(size)s) were deleted.",
        usage.messages,
    ) % {"number": intcomma(usage.messages), "size": filesizeformat(usage.octets)}
