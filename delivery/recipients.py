"""Whose are these addresses? All recipients of all messages at hand in one query."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError

from delivery.facts import accounts_by_address
from mailaccounts import addresses
from mailaccounts.models import Domain, MailAccount
from mailaccounts.services import service_models, service_names

POSTMASTER = "postmaster"


def find_accounts(recipients: Iterable[str]) -> dict[str, MailAccount]:
    """The account of each recipient, with all its services; unknown ones are left out.

    Letter case and a `+tag` do not matter, aliases are followed, a domain may be in Unicode.
    """
    names = {recipient: stored_form(recipient) for recipient in recipients}
    accounts = accounts_by_address(set(names.values()) - {""})
    _find_postmasters(set(names.values()), accounts)
    _read_ahead(accounts.values())
    return {recipient: accounts[name] for recipient, name in names.items() if name in accounts}


def _read_ahead(accounts: Iterable[MailAccount]) -> None:
    """What the services that are on will want to know, for all accounts at once."""
    active = {account.pk: account for account in accounts if account.is_active}.values()
    for name, model in zip(service_names(), service_models(), strict=True):
        services = [service for account in active if (service := getattr(account, name)).enabled]
        if services:
            model.read_ahead(services)


def stored_form(recipient: str) -> str:
    """The address as an account or alias would be stored; empty for what cannot be one."""
    if recipient.lower() == POSTMASTER:  # RFC 5321 section 4.5.1: the only one without a domain
        recipient = settings.PROVIDER_CONTACT
    local_part, _, domain = recipient.rpartition("@")
    if len(local_part) > 2 and local_part[0] == local_part[-1] == '"':
        recipient = f"{local_part[1:-1]}@{domain}"  # RFC 5321 section 4.1.2: the quotes say nothing
    if recipient.isascii() and "\0" not in recipient:
        return addresses.without_tag(recipient.lower())
    try:
        return addresses.without_tag(addresses.normalise(recipient))
    except ValidationError:
        return ""


def _find_postmasters(names: set[str], accounts: dict[str, MailAccount]) -> None:
    """RFC 5321 section 4.5.1: somebody reads postmaster at each domain; else the provider does."""
    missing = {
        addresses.domain_of(name): name
        for name in names - accounts.keys()
        if name.partition("@")[0] == POSTMASTER
    }
    if not missing:
        return
    contact = stored_form(settings.PROVIDER_CONTACT)
    provider = accounts_by_address({contact}).get(contact)
    if provider is None:
        return
    for domain in Domain.objects.filter(name__in=missing).values_list("name", flat=True):
        accounts[missing[domain]] = provider
