"""Deleting an account: what goes with it, and what stands in the way."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import LogEntry
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailaccounts.models import MailAccount
from mailaccounts.store import StoreUnavailable, mail_store


def what_goes(account: MailAccount) -> list[Any]:
    """The account and what it has, nested as the confirmation page shows it."""
    aliases = [str(alias) for alias in account.aliases.all()[:100]]
    goes = [_messages(account), *([_("Mail aliases:"), aliases] if aliases else [])]
    if account.redirect.address:
        goes.append(_("Redirect to %s") % account.redirect)
    members = account.mail_group.members.count()
    if members:
        group = ngettext("Mail group with %d member", "Mail group with %d members", members)
        goes.append(group % members)
    return [str(account), goes]


def what_keeps(account: MailAccount) -> list[str]:
    """Whoever has changed something here stays, because the history of changes names them."""
    number = LogEntry.objects.filter(user=account).count()
    sentence = ngettext(
        "%d entry in the history of changes, which must stay. Suspend the account instead.",
        "%d entries in the history of changes, which must stay. Suspend the account instead.",
        number,
    )
    return [sentence % number] if number else []


def _messages(account: MailAccount) -> str:
    try:
        usage = mail_store().usage(account.address)
    except StoreUnavailable:
        return _("All messages; the mailbox cannot be reached now, so they are not counted")
    return ngettext("%(n)d message, %(size)s", "%(n)d messages, %(size)s", usage.messages) % {
        "n": usage.messages,
        "size": filesizeformat(usage.octets),
    }
