"""Mail from the panel itself to an owner: put into the mailbox, or sent to an outside address.

It passes no delivery step, so it is only ever kept: redirected or fanned out, it would show the
owner's affairs to others, and a link in it would let them take the account over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from delivery.relay import answer_relay
from mailaccounts.models import MailAccount
from mailaccounts.store import MailboxFull, StoreUnavailable, mail_store

_POLICY = SMTP.clone(max_line_length=998)
# A line break may be in what the subject names.
_END_OF_SUBJECT = "\0"
_SEVERAL_EMPTY = re.compile(r"\n{3,}")


class Postponed(Exception):
    """Where the notice has to go does not answer; the same call may succeed later."""


def send_notice(
    account: MailAccount,
    template: str,
    context: Mapping[str, object],
    *,
    to: str = "",
    key: str,
    now: datetime,
) -> bool:
    """Write it in the account's language and keep it in its mailbox, or send it to `to`.

    `template` is a file of `templates/mail/`, without its ending, that extends `mail/_notice.txt`.
    `key` names the notice: sent again under the same key, a mailbox keeps it once. An account
    without a mailbox, or with a full one, has it at its recovery address. Of an address that is one
    of ours the mailbox gets it, again without any step. False says that it has nowhere to go: a
    mailbox is off, or an account is suspended. Errors: `Postponed`.
    """
    if not to and account.is_active and not account.mailbox.enabled:
        to = account.recovery_address
    reached = MailAccount.objects.reached_at(to).first() if to else account
    message = _compose(account, template, context, to or account.address, now)
    if reached is None:
        _send(to, message)
        return True
    if not reached.is_active or not reached.mailbox.enabled:
        return False
    try:
        _keep(reached, message, key)
    except Postponed as reason:
        is_full = isinstance(reason.__cause__, MailboxFull)
        if to or not account.recovery_address or not is_full:
            raise
        elsewhere = account.recovery_address
        return send_notice(account, template, context, to=elsewhere, key=key, now=now)
    return True


def _compose(
    account: MailAccount, template: str, context: Mapping[str, object], to: str, now: datetime
) -> bytes:
    with (
        translation.override(account.language or settings.LANGUAGE_CODE),
        timezone.override(account.time_zone),
    ):
        shared = {
            "account": account,
            "now": now,
            "panel_url": settings.PANEL_URL,
            "provider_name": settings.PROVIDER_NAME,
            "provider_contact": settings.PROVIDER_CONTACT,
            "end_of_subject": _END_OF_SUBJECT,
        }
        text = render_to_string(f"mail/{template}.txt", {**shared, **context})
        language = translation.get_language()
    subject, _, body = text.partition(_END_OF_SUBJECT)
    message = EmailMessage(_POLICY)
    message["From"] = formataddr((settings.PROVIDER_NAME, settings.PROVIDER_CONTACT))
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=settings.MAIL_HOST)
    # RFC 3834, section 5
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_SEVERAL_EMPTY.sub("\n\n", body.strip()) + "\n", cte="quoted-printable")
    # Not before: what describes the content goes with each new content.
    message["Content-Language"] = language
    return message.as_bytes()


def _keep(account: MailAccount, message: bytes, key: str) -> None:
    name = hashlib.sha256(key.encode()).hexdigest()
    try:
        mail_store().deliver(
            account.address,
            b"Return-Path: <>\r\n" + message,
            key=name,
            limit=account.mailbox_limit,
        )
    except StoreUnavailable as error:
        raise Postponed(str(error)) from error


def _send(to: str, message: bytes) -> None:
    """With the null sender: what cannot be delivered comes back to nobody."""
    way_out = answer_relay()
    try:
        (reply,) = way_out.send("", [to], [message], smtputf8=not to.isascii())
    finally:
        way_out.close()
    if reply.is_for_now:
        raise Postponed(str(reply))
