"""What the Info list on Home says about this app's services."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import ngettext

from mailaccounts import addresses
from mailaccounts.models import MailAccount


@dataclass(frozen=True)
class AccountFacts:
    """What Home shows of an account beside its services.

    `aliases` are those in force: the address of each, and its note.
    """

    aliases: list[tuple[str, str]]
    members: int


# Plain SQL, because Home is opened more than any other page and building this query in the ORM
# takes six times as long as running it.
_FACTS = """
    SELECT ARRAY(SELECT ARRAY[address, note] FROM mailaccounts_alias WHERE account_id = %(account)s
                 AND off_since IS NULL AND (ends IS NULL OR ends > now()) ORDER BY address),
           (SELECT count(*) FROM mailaccounts_groupmember WHERE group_id = %(account)s)
"""


def account_facts(account: MailAccount) -> AccountFacts:
    """One query, however many aliases there are."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, {"account": account.pk})
        aliases, members = cursor.fetchone()
    return AccountFacts(aliases=[tuple(alias) for alias in aliases], members=members)


def service_details(account: MailAccount, facts: AccountFacts) -> dict[str, str]:
    """A line for each service that has something to say, by the service's name."""
    return {
        "redirect": addresses.readable(account.redirect.address),
        "mail_group": _members(facts.members) if facts.members else "",
    }


def _members(count: int) -> str:
    return ngettext("%(count)s member", "%(count)s members", count) % {
        "count": number_format(count, force_grouping=True)
    }
