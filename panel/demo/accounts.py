"""The demo's accounts: one for each thing that there is to see."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import timezone

from mailaccounts.actions import create_account, create_alias
from mailaccounts.models import Domain, GroupMember, MailAccount, Plan
from mailaccounts.own_aliases import LETTERS
from mailaccounts.store import mail_store
from panel.demo.answers import furnish_answers
from panel.demo.english import english_messages
from panel.demo.french import french_messages

ENGLISH, FRENCH = "dovecote.example", "colombier.example"


@dataclass(frozen=True)
class Login:
    """What somebody who tries the demo needs to know of an account."""

    address: str
    password: str
    shows: str


def is_empty() -> bool:
    """Whether nobody has begun to use this panel."""
    return not (Domain.objects.exists() or MailAccount.objects.exists() or Plan.objects.exists())


def fill(var: Path, now: datetime) -> list[Login]:
    """Make the accounts, then give them their mail: a mail server knows only what is committed."""
    logins = _make(var)
    _keep(f"anna@{ENGLISH}", english_messages(now))
    _keep(f"ben@{ENGLISH}", english_messages(now)[:3])
    _keep(f"claire@{FRENCH}", french_messages(now))
    _keep(f"emile@{FRENCH}", french_messages(now)[:2])
    return logins


@transaction.atomic
def _make(var: Path) -> list[Login]:
    """Make the accounts, and write the logins down.

    The logins are written before the accounts are committed: a crash between the two leaves logins
    without accounts, which the next run replaces, and never accounts that nobody can enter.
    """
    for name in (ENGLISH, FRENCH):
        Domain.objects.create(name=name)
    complete, small = _plans()
    logins = [
        _account("anna", ENGLISH, "mail of all kinds, aliases, autoresponders", _anna, complete),
        _account("ben", ENGLISH, "a redirect that keeps a copy in the mailbox", _ben, complete),
        _account("carla", ENGLISH, "a redirect without a mailbox", _carla, complete),
        _account("team", ENGLISH, "a mail group", _team, complete),
        _account("claire", FRENCH, "the panel in French", _claire, complete, language="fr"),
        _account("emile", FRENCH, "a plan that allows the mailbox alone", _nothing, small),
        _account(
            "dora", ENGLISH, "a suspended account: no login", _nothing, small, is_active=False
        ),
        _account(
            "admin",
            ENGLISH,
            "the provider’s staff: domains, accounts, plans at /admin/",
            _nothing,
            complete,
            is_staff=True,
            is_superuser=True,
        ),
    ]
    _write(var / "demo-logins.json", logins)
    return logins


def _plans() -> tuple[Plan, Plan]:
    complete, small = Plan(name="Complete"), Plan(name="Mailbox only", member_limit=0)
    complete.save()
    complete.permissions.set(Permission.objects.filter(codename__startswith="manage_"))
    small.save()
    small.permissions.set(Permission.objects.filter(codename="manage_mailbox"))
    return complete, small


def _account(
    name: str,
    domain: str,
    shows: str,
    furnish: Callable[[MailAccount], None],
    plan: Plan,
    **fields: Any,
) -> Login:
    groups = ("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    login = Login(f"{name}@{domain}", "-".join(groups), shows)
    furnish(create_account(address=login.address, password=login.password, plan=plan, **fields))
    return login


def _anna(account: MailAccount) -> None:
    for name in ("anna.smith", "info", "sales"):
        create_alias(account=account, address=f"{name}@{ENGLISH}")
    _own_alias(account, "k7mp-x3vq", "Book shop")
    furnish_answers(account, timezone.now())


def _ben(account: MailAccount) -> None:
    account.redirect.address = f"anna@{ENGLISH}"
    account.redirect.enabled = True
    account.redirect.save()


def _carla(account: MailAccount) -> None:
    account.mailbox.enabled = False
    account.mailbox.save()
    account.redirect.address = "carla@elsewhere.example"
    account.redirect.enabled = True
    account.redirect.save()


def _team(account: MailAccount) -> None:
    account.mailbox.enabled = False
    account.mailbox.save()
    members = (f"anna@{ENGLISH}", f"ben@{ENGLISH}", f"claire@{FRENCH}", "guest@elsewhere.example")
    GroupMember.objects.bulk_create(
        GroupMember(group=account.mail_group, address=address) for address in members
    )
    account.mail_group.enabled = True
    account.mail_group.save()
    create_alias(account=account, address=f"everybody@{ENGLISH}")


def _claire(account: MailAccount) -> None:
    create_alias(account=account, address=f"contact@{FRENCH}")
    _own_alias(account, "x9kd-4tzm", "Librairie")
    account.redirect.address = "claire@ailleurs.example"  # off, kept for next time
    account.redirect.save()


def _own_alias(account: MailAccount, name: str, note: str) -> None:
    alias = create_alias(account=account, address=f"{name}@{account.domain_id}")
    alias.own, alias.note = True, note
    alias.save(update_fields=["own", "note"])


def _nothing(_account: MailAccount) -> None:
    """A new account as it is."""


def _keep(address: str, messages: list[bytes]) -> None:
    store = mail_store()
    for message in messages:
        key = hashlib.sha256(address.encode() + b"\0" + message).hexdigest()
        store.deliver(address, message, key=key)
        store.confirm(address, key=key)


def _write(file: Path, logins: list[Login]) -> None:
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump([vars(login) for login in logins], stream, ensure_ascii=False, indent=2)
