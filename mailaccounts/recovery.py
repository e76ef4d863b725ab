"""How owners who have forgotten their password get back in: verbs.

A link is only ever sent to the recovery address, which its reader has confirmed, or else into the
account's own mailbox.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.models import MailAccount, PasswordLink, PasswordRequest, RecoveryLink

_ONE_AT_A_TIME = 0x70617373  # with the address: any pair that nobody else locks


@transaction.atomic
def note_password_request(
    *, login: str, email: str, ip_address: str | None, now: datetime
) -> PasswordRequest | None:
    """Write down that somebody has forgotten the password; nothing when that address did too often.

    It asks the database the same, whatever was typed: nobody learns from it who has an account.
    """
    with connection.cursor() as cursor:
        # Requests of one address wait for each other, or some at once would not see each other.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_ONE_AT_A_TIME, ip_address or ""]
        )
    recent = PasswordRequest.objects.recent(now).filter(ip_address=ip_address)
    if recent.count() >= settings.PASSWORD_REQUESTS_PER_ADDRESS:
        return None
    return PasswordRequest.objects.create(
        login=stored(login), email=stored(email), ip_address=ip_address, made=now
    )


@transaction.atomic
def who_may_have_link(*, request_id: int, now: datetime) -> MailAccount | None:
    """The account of which a link is to be sent because of a request; asked again, nobody's.

    The e-mail has to be the account's own or its recovery address. What was typed is forgotten.
    """
    asked = PasswordRequest.objects.select_for_update().filter(pk=request_id).first()
    if asked is None or not (asked.login and asked.email):
        return None
    login, email = asked.login, asked.email
    asked.login = asked.email = ""
    # Locked, so that of several requests at once each counts the others.
    account = MailAccount.objects.select_for_update().filter(address=login, is_active=True).first()
    if account is not None and email in (account.address, account.recovery_address):
        recent = PasswordRequest.objects.recent(now).filter(account=account)
        if recent.count() < settings.PASSWORD_MAILS_PER_ACCOUNT:
            asked.account = account
    asked.save()
    return asked.account


@transaction.atomic
def want_recovery_address(*, account: MailAccount, address: str, now: datetime) -> None:
    """Let the address wait for its confirmation; an empty one is in force at once.

    `ValidationError` when the account has already had as many mails sent as it may in a day.
    """
    waiting = RecoveryLink.objects.select_for_update().filter(account=account).first()
    link = waiting or RecoveryLink(account=account)
    link.address, link.digest = address, ""
    if address:
        if link.mails >= RecoveryLink.MAILS and now < link.expires:
            raise ValidationError(
                _("Too many mails were sent for this account today. Try again tomorrow."),
                code="mails",
            )
        link.mails = link.mails + 1 if waiting and now < link.expires else 1
        link.expires = now + RecoveryLink.LIFETIME
    elif account.recovery_address:
        account.recovery_address = ""
        account.save(update_fields=["recovery_address"])
    if address or waiting:
        link.save()


def make_recovery_token(*, account: MailAccount) -> str:
    """The token of the newest mail to the address that waits; `RecoveryLink.DoesNotExist`."""
    link = RecoveryLink.objects.exclude(address="").get(account=account)
    token = secrets.token_urlsafe(32)
    link.digest = PasswordLink.digest_of(token)
    link.save(update_fields=["digest"])
    return token


@transaction.atomic
def confirm_recovery_address(*, account: MailAccount, token: str, now: datetime) -> str | None:
    """Make the address that waits the recovery address; the one before, or none if the link is bad.

    Only the account itself confirms: a link that went to a mistyped address is of no use there.
    """
    waiting = RecoveryLink.objects.waiting(now).select_for_update().filter(account=account).first()
    if waiting is None or not waiting.opens_with(token):
        return None
    before = account.recovery_address
    account.recovery_address = waiting.address
    account.save(update_fields=["recovery_address"])
    waiting.delete()
    return before


def stored(text: str) -> str:
    """An address as it is stored; of what is none, as much as the column takes."""
    try:
        return addresses.normalise(text)
    except ValidationError:
        return text.replace("\0", "").lower()[: addresses.ADDRESS_OCTETS]
