"""Verbs of aliases that an account's owner makes, switches and removes."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.models import Alias, MailAccount, Plan
from mailaccounts.models.plan import ALIAS_LIMIT

log = logging.getLogger(__name__)

# No vowels, so that no words come about, and nothing that looks like something else.
LETTERS = "bcdfghjkmnpqrstvwxz23456789"
# Whoever reads mail to these speaks for the whole domain (RFC 2142), and certificates for it are
# given to who answers some of them (CA/Browser Forum, Baseline Requirements, 3.2.2.4.4).
PROVIDERS_NAMES = {
    *("abuse", "admin", "administrator", "billing", "contact", "ftp", "help", "helpdesk"),
    *("hostmaster", "info", "ipadmin", "listserv", "mailer-daemon", "majordomo", "news", "noc"),
    *("no-reply", "noreply", "office", "postmaster", "root", "sales", "security", "ssladmin"),
    *("sslwebmaster", "staff", "support", "sysadmin", "tech", "trouble", "usenet", "uucp"),
    *("webmail", "webmaster", "www"),
}
# Removed aliases stay reserved, and count up to so many times the limit: nobody hoards addresses.
HOARD = 10


def alias_limit(account: MailAccount) -> int:
    """How many own aliases an account may have: as many as its most generous plan allows."""
    plans = Plan.objects.filter(user=account)
    limit: int | None = plans.aggregate(most=models.Max("alias_limit"))["most"]
    return ALIAS_LIMIT if limit is None else limit


def suggest_address(account: MailAccount) -> str:
    """An address that nobody guesses, in the domain of the account."""
    halves = ("".join(secrets.choice(LETTERS) for _letter in range(4)) for _half in range(2))
    return f"{'-'.join(halves)}@{account.domain_id}"


def make_own_alias(
    *, account: MailAccount, address: str, note: str, ends: datetime | None, now: datetime
) -> Alias:
    """Give the account an alias that its owner asked for, or one back that it had removed.

    `ValidationError` when the limit is reached or the address is taken; by whom is not said. The
    lock on the account makes two at once count each other's.
    """
    with transaction.atomic():
        MailAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
        alias = account.aliases.filter(address=address).first()
        if alias is not None and not alias.removed:
            raise ValidationError(_("You have this alias already."), code="own")
        _check_limits(account, now)
        if alias is None:
            alias = Alias(
                account=account, address=address, domain_id=addresses.domain_of(address), own=True
            )
        alias.note, alias.ends = note, ends
        alias.off_since, alias.removed = None, False
        try:
            with transaction.atomic():
                alias.save()
        except IntegrityError as error:
            raise ValidationError(_("This address is taken."), code="taken") from error
    log.info("Own alias made: %s of %s, until %s", address, account.address, ends)
    return alias


def _check_limits(account: MailAccount, now: datetime) -> None:
    limit = alias_limit(account)
    own = account.aliases.filter(own=True)
    if own.listed().count() >= limit:
        raise ValidationError(
            _("Own aliases that your plan allows: %(limit)d. Remove one first."),
            code="alias_limit",
            params={"limit": limit},
        )
    if own.exclude(pk__in=own.free_again(now)).count() >= HOARD * limit:
        raise ValidationError(
            _("Too many aliases were removed lately: each stays reserved for 90 days."),
            code="hoard",
        )


def change_own_alias(*, alias: Alias, note: str, ends: datetime | None) -> None:
    """Change what its owner wrote down about an alias."""
    alias.note, alias.ends = note, ends
    alias.save(update_fields=["note", "ends"])
    log.info("Own alias changed: %s of %s, until %s", alias.address, alias.account.address, ends)


def switch_alias_on(*, alias: Alias, now: datetime) -> None:
    """Take mail at the address again; an end that has passed is gone."""
    alias.off_since = None
    if alias.ends is not None and alias.ends <= now:
        alias.ends = None
    alias.save(update_fields=["off_since", "ends"])
    log.info("Own alias on: %s of %s", alias.address, alias.account.address)


def switch_alias_off(*, alias: Alias, now: datetime) -> None:
    """Refuse mail to the address; it stays its owner's for `Alias.RESERVED`."""
    if alias.off_since is None:
        alias.off_since = now
        alias.save(update_fields=["off_since"])
        log.info("Own alias off: %s of %s", alias.address, alias.account.address)


@transaction.atomic
def remove_own_aliases(*, account: MailAccount, aliases: Iterable[int], now: datetime) -> int:
    """Take aliases off the owner's list, by id; nobody else may have them for `Alias.RESERVED`."""
    chosen = account.aliases.filter(own=True, pk__in=aliases).listed().select_for_update()
    for alias in chosen:
        alias.off_since, alias.ends, alias.removed = now, None, True
        alias.save(update_fields=["off_since", "ends", "removed"])
        log.info("Own alias removed: %s of %s", alias.address, account.address)
    return len(chosen)
