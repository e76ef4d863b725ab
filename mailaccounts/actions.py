"""Verbs that touch several models."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses, tasks
from mailaccounts.fullness import share_of
from mailaccounts.models import (
    Alias,
    Domain,
    GroupMember,
    MailAccount,
    MailGroup,
    PasswordLink,
    Plan,
    Session,
    SigningKey,
    StaffRole,
)
from mailaccounts.services import service_models
from mailaccounts.store import StoreUnavailable, Usage, mail_store

logger = logging.getLogger(__name__)

_KEYS_AT_ONCE = 100  # they take some ten seconds


@transaction.atomic
def create_account(
    *, address: str, password: str | None = None, plan: Plan | None = None, **fields: Any
) -> MailAccount:
    """Make an account with one row of each service; without a password nobody can log in yet."""
    address = addresses.normalise_own(address)
    fields.setdefault("skin", settings.DEFAULT_SKIN)
    account = MailAccount(address=address, domain_id=addresses.domain_of(address), **fields)
    account.set_password(password)
    account.save()
    if plan is not None:
        account.groups.add(plan)
    for model in service_models():
        model._default_manager.create(account=account)
    return account


@transaction.atomic
def change_plan(*, account: MailAccount, plan: Plan | None) -> None:
    """Put the account on this plan alone; what it has set so far goes on as set."""
    kept = [] if plan is None else [plan]
    account.groups.set([*StaffRole.objects.filter(user=account), *kept])


@transaction.atomic
def suspend_accounts(*, accounts: Iterable[MailAccount]) -> None:
    """Stop logins and mail; sessions and one-time links end, and nothing else is deleted.

    So do the connections of mail programs, as soon as it is committed.
    """
    accounts = list(accounts)
    keys = [account.pk for account in accounts]
    MailAccount.objects.filter(pk__in=keys).update(is_active=False)
    Session.objects.filter(account__in=keys).delete()
    PasswordLink.objects.filter(account__in=keys).delete()
    ended = partial(disconnect, [account.address for account in accounts])
    transaction.on_commit(ended, robust=True)


def reactivate_accounts(*, accounts: Iterable[MailAccount]) -> None:
    """Let suspended accounts log in and get mail again, with everything as it was."""
    keys = [account.pk for account in accounts]
    MailAccount.objects.filter(pk__in=keys).update(is_active=True)


@transaction.atomic
def change_roles(*, account: MailAccount, roles: Iterable[StaffRole]) -> None:
    """What a member of the staff may do in the administration from now on."""
    account.groups.set([*Plan.objects.filter(user=account), *roles])


@transaction.atomic
def delete_account(*, account: MailAccount) -> None:
    """Delete the account with its messages, so that a later owner of the address reads none.

    A store that does not answer raises `StoreUnavailable`, and the account stays.
    """
    delete_messages = partial(mail_store().delete_all, account.address)
    delete_messages()
    account.delete()
    transaction.on_commit(partial(disconnect, [account.address]), robust=True)
    # Again for what came in meanwhile: until the commit, the address was still good.
    transaction.on_commit(delete_messages, robust=True)


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
    """Set the password, end the account's sessions except `keep_session`, and any open link.

    Mail programs that were let in with the former one are let go.
    """
    account.set_password(password)
    account.save(update_fields=["password"])
    account.sessions.exclude(session_key=keep_session).delete()
    PasswordLink.objects.filter(account=account).delete()
    transaction.on_commit(partial(disconnect, [account.address]), robust=True)


@transaction.atomic
def end_sessions(*, account: MailAccount) -> None:
    """End sessions and the one-time link: who holds them was given other rights than it has now."""
    account.sessions.all().delete()
    PasswordLink.objects.filter(account=account).delete()


def switch_mailbox_off(*, account: MailAccount) -> Usage:
    """Keep no more mail, then delete what is there; say what went.

    A store that does not answer raises `StoreUnavailable` before anything has changed. If it fails
    later the mailbox is off with messages left, and calling this again deletes them.
    """
    store = mail_store()
    store.usage(account.address)
    account.mailbox.switch(on=False)
    disconnect([account.address])
    gone = store.delete_all(account.address)
    account.mailbox.reach(0)
    return gone


def empty_mailbox(*, account: MailAccount, before: datetime) -> Usage:
    """Delete the messages that were received earlier; say what went.

    Who was told that the mailbox is nearly full is told again when it is once more. Errors:
    `StoreUnavailable`, when some may have been deleted already.
    """
    store = mail_store()
    gone = store.delete_all(account.address, before=before)
    share = share_of(store.usage(account.address), account.mailbox_limit)
    account.mailbox.reach(min(account.mailbox.told, share.threshold if share else 0))
    return gone


def disconnect(addresses: Sequence[str]) -> None:
    """End what mail programs have open now; what the store cannot do now, the worker does later."""
    try:
        mail_store().disconnect(addresses)
    except StoreUnavailable as error:
        logger.warning("Connections of %s are ended later: %s", ", ".join(addresses), error)
        tasks.disconnect.enqueue(list(addresses))


@transaction.atomic
def switch_group_on(*, group: MailGroup) -> None:
    """Send mail on to the members; `ValidationError` when there is none."""
    group.refresh_from_db(from_queryset=MailGroup.objects.select_for_update())
    if not group.members.exists():
        raise ValidationError(_("Add a member first: a mail group without members loses mail."))
    group.switch(on=True)


@transaction.atomic
def add_members(*, group: MailGroup, wanted: Iterable[str]) -> int:
    """Add those that are not members yet, all or none; say how many.

    The lock on the group makes two additions at once count each other's members.
    """
    group.refresh_from_db(from_queryset=MailGroup.objects.select_for_update())
    present = set(group.members.values_list("address", flat=True))
    new = [address for address in dict.fromkeys(wanted) if address not in present]
    limit = group.member_limit()
    if new and len(present) + len(new) > limit:
        raise ValidationError(
            _(
                "Members that your plan allows: %(limit)d. The group has %(present)d, and these"
                " would be %(new)d more."
            ),
            code="member_limit",
            params={"limit": limit, "present": len(present), "new": len(new)},
        )
    GroupMember.objects.bulk_create(GroupMember(group=group, address=a) for a in new)
    return len(new)


@transaction.atomic
def remove_members(*, group: MailGroup, members: Iterable[int]) -> tuple[int, bool]:
    """Remove members by id and switch an emptied group off; say how many, and whether it did."""
    group.refresh_from_db(from_queryset=MailGroup.objects.select_for_update())
    removed, _models = group.members.filter(pk__in=members).delete()
    emptied = group.enabled and not group.members.exists()
    if emptied:
        group.switch(on=False)
    return removed, emptied


def make_signing_keys() -> None:
    """Make a key for each domain for which none signs. What another process makes first stays."""
    signed = SigningKey.objects.signing().values("domain")
    without = Domain.objects.exclude(pk__in=signed)[:_KEYS_AT_ONCE]
    SigningKey.objects.bulk_create(map(SigningKey.new, without), ignore_conflicts=True)
