"""Where the webmail is, and what Home says of it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from mailaccounts.models import MailAccount


def webmail_url(account: MailAccount) -> str:
    """The webmail with the login filled in; empty where there is none or no mailbox to read."""
    if not settings.WEBMAIL_URL or not account.mailbox.enabled:
        return ""
    asked = urlencode({"_user": account.address, "_lang": get_language() or ""})
    return f"{settings.WEBMAIL_URL}?{asked}"


def webmail_state(account: MailAccount) -> tuple[str, str | Promise, str]:
    """For the style sheet, in a word, and why it is off."""
    if webmail_url(account):
        return "on", pgettext("webmail", "On"), ""
    off = pgettext("webmail", "Off")
    if not settings.WEBMAIL_URL:
        return "off", off, _("This server has none; use a mail program")
    return "off", off, _("Needs a mailbox that is on")
