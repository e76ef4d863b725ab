"""Verbs that touch several models."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from mailaccounts import addresses
from mailaccounts.models import Alias, MailAccount, Plan
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
