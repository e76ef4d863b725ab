"""The screens that switch the mailbox on and off."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.actions import switch_mailbox_off
from mailaccounts.forms.mailbox import MailboxForm
from mailaccounts.fullness import share_of
from mailaccounts.models import MailAccount
from mailaccounts.services import accepts_mail
from mailaccounts.store import StoreUnavailable, Usage, mail_store
from mailaccounts.views.notices import say_done


@owner_required("manage_mailbox")
def mailbox_edit(request: AccountRequest) -> HttpResponse:
    """Say how full the mailbox is, and switch it; off asks first, on the next screen."""
    mailbox = request.user.mailbox
    form = MailboxForm(request.POST if request.method == "POST" else None, account=request.user)
    if form.is_valid():
        on = form.cleaned_data["enabled"]
        if mailbox.enabled and not on:
            return redirect("mailbox_off")
        form.save_services()
        if on and not mailbox.enabled:
            mailbox.switch(on=True)
            messages.success(request, _("The mailbox is on: new mail is kept from now on."))
        elif form.has_changed():
            messages.success(request, _("Saved: it counts from the next message on."))
        return redirect("home")
    usage = _usage(request.user)
    share = share_of(usage, request.user.mailbox_limit)
    context = {"form": form, "usage": usage, "share": share}
    return render(request, "mailaccounts/mailbox_edit.html", context)


@owner_required("manage_mailbox")
def mailbox_off(request: AccountRequest) -> HttpResponse:
    """Say what goes and what stays, and on POST alone do it."""
    if request.method == "POST":
        return _switch_off(request)
    usage = _usage(request.user)
    if usage == Usage() and not request.user.mailbox.enabled:
        return redirect("mailbox_edit")
    return _confirmation(request, usage)


def _switch_off(request: AccountRequest) -> HttpResponse:
    try:
        deleted = switch_mailbox_off(account=request.user)
    except StoreUnavailable:
        # Off with messages left says so on the screen, where the same button tries again.
        return _confirmation(request, None)
    say_done(request, _deleted(deleted))
    return redirect("home")


def _confirmation(request: AccountRequest, usage: Usage | None) -> HttpResponse:
    account = request.user
    still_accepts = accepts_mail(account, timezone.now(), without="mailbox")
    context = {
        "usage": usage,
        "members": account.mail_group.members.count(),
        "nothing_accepts": not still_accepts,
    }
    status = 200 if usage is not None else 503
    return render(request, "mailaccounts/mailbox_off.html", context, status=status)


def _usage(account: MailAccount) -> Usage | None:
    """What the mailbox holds, or `None` when the store does not answer."""
    try:
        return mail_store().usage(account.address)
    except StoreUnavailable:
        return None


def _deleted(usage: Usage) -> str:
    if not usage.messages:
        return _("The mailbox is off. It was empty.")
    return ngettext(
        "The mailbox is off. %(number)s message (%(size)s) was deleted.",
        "The mailbox is off. %(number)s messages (%(size)s) were deleted.",
        usage.messages,
    ) % {"number": intcomma(usage.messages), "size": filesizeformat(usage.octets)}
