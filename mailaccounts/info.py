"""What the Info list on Home says about this app's services."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef
from django.utils.translation import ngettext

from mailaccounts import addresses
from mailaccounts.models import Alias, MailAccount


@dataclass(frozen=True)
class AccountFacts:
    """What Home shows of an account beside its services."""

    aliases: list[str]
    members: int


def account_facts(account: MailAccount) -> AccountFacts:
    """One query, however many aliases there are."""
    aliases = Alias.objects.filter(account=OuterRef("pk")).order_by("address").values("address")
    names, members = (
        MailAccount.objects.filter(pk=account.pk)
        .values_list(ArraySubquery(aliases), Count("mail_group__members"))
        .get()
    )
    return AccountFacts(aliases=names, members=members)


def service_details(account: MailAccount, facts: AccountFacts) -> dict[str, str]:
    """A line for each service that has something to say, by the service's name."""
    return {
        "redirect": addresses.readable(account.redirect.address),
        "mail_group": ngettext("%(count)d member", "%(count)d members", facts.members)
        % {"count": facts.members},
    }
