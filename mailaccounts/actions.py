"""Verbs that touch several models."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction

from mailaccounts import addresses
from mailaccounts.models import Alias, MailAccount, PasswordLink, Plan
from mailaccounts.services import service_models


@transaction.atomic
def create_account(
    *, address: str, password: str | None = None, plan: Plan | None = None, **fields: Any
) -> MailAccount:
    """Make an account with one row of each service; without a password nobody can log in yet."""
    address = addresses.normalise_own(address)
    account = MailAccount(address=address, domain_id=addresses.domain_of(address), **fields)
    account.set_password(password)
    account.save()
    if plan is not None:
        account.groups.add(plan)
    for model in service_models():
        model._default_manager.create(account=account)
    return account


def create_alias(*, account: MailAccount, address: str) -> Alias:
    """Give the account a further address."""
    address = addresses.normalise_own(address)
    return account.aliases.create(address=address, domain_id=addresses.domain_of(address))


def make_password_link(*, account: MailAccount, now: datetime) -> str:
    """Make the account's one-time link and return its token, which nobody can read again.

    The screen is `reverse("password_reset_confirm", args=[token])`. Earlier links of the account
    end. The link works once and for `PasswordLink.LIFETIME`.
    """
    token = secrets.token_urlsafe(32)
    PasswordLink.objects.update_or_create(
        account=account,
        defaults={
            "digest": PasswordLink.digest_of(token),
            "expires": now + PasswordLink.LIFETIME,
        },
    )
    return token


@transaction.atomic
def use_password_link(*, token: str, password: str, now: datetime) -> bool:
    """Consume the link and set the password; false when the link works no more.

    Of two uses at the same time one wins: the other one's delete finds no row.
    """
    link = PasswordLink.objects.usable(token, now).select_related("account").first()
    if link is None:
        return False
    deleted, _ = PasswordLink.objects.usable(token, now).delete()
    if not deleted:
        return False
    change_password(account=link.account, password=password)
    return True


@transaction.atomic
def change_password(
    *, account: MailAccount, password: str, keep_session: str | None = None
) -> None:
    """Set the password, end the account's sessions except `keep_session`, and any open link."""
    account.set_password(password)
    account.save(update_fields=["password"])
    account.sessions.exclude(session_key=keep_session).delete()
    PasswordLink.objects.filter(account=account).delete()
