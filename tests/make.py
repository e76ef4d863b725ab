"""Makers of test data: each returns a saved row with sensible defaults."""

from datetime import timedelta

from django.contrib.auth.models import Permission
from django.utils import timezone

from autoresponder.actions import add_attachment
from autoresponder.models import AnswerEvent, Attachment, Autoresponder
from mailaccounts.actions import create_account, create_alias
from mailaccounts.addresses import domain_of
from mailaccounts.models import Alias, Domain, GroupMember, MailAccount, Plan, Session
from spamfilter.models import ListEntry, SpamList

PASSWORD = "correct horse battery"
# Argon2 costs 22 ms on purpose; made once, it is the same for the whole cast.
_hash = ""


def make_domain(name: str) -> Domain:
    return Domain.objects.get_or_create(name=name)[0]


def make_plan(name: str = "Standard", permissions: tuple[str, ...] | None = None) -> Plan:
    """A plan that grants all services, or those named."""
    plan, made = Plan.objects.get_or_create(name=name)
    if made:
        wanted = Permission.objects.filter(codename__startswith="manage_")
        plan.permissions.set(
            wanted if permissions is None else wanted.filter(codename__in=permissions)
        )
    return plan


def make_account(address: str, *, plan: Plan | None = None, **fields: object) -> MailAccount:
    """An account with `PASSWORD` and a plan that allows everything."""
    global _hash  # noqa: PLW0603 - see above
    make_domain(domain_of(address))
    account = create_account(address=address, plan=plan or make_plan(), **fields)
    if not _hash:
        account.set_password(PASSWORD)
        _hash = account.password
    account.password = _hash
    account.save(update_fields=["password"])
    return account


def make_alias(account: MailAccount, address: str) -> Alias:
    make_domain(domain_of(address))
    return create_alias(account=account, address=address)


def make_own_alias(account: MailAccount, address: str, **fields: object) -> Alias:
    """An alias that its owner has made; `ends` and `off_since` say that it is so no more."""
    alias = make_alias(account, address)
    for name, value in {"own": True, **fields}.items():
        setattr(alias, name, value)
    alias.save()
    return alias


def make_mailbox(account: MailAccount, *, enabled: bool = True) -> None:
    account.mailbox.enabled = enabled
    account.mailbox.save()


def make_redirect(account: MailAccount, address: str, *, enabled: bool = True) -> None:
    account.redirect.address = address
    account.redirect.enabled = enabled
    account.redirect.save()


def make_mail_group(account: MailAccount, *members: str, enabled: bool = True) -> None:
    GroupMember.objects.bulk_create(
        GroupMember(group=account.mail_group, address=member) for member in members
    )
    account.mail_group.enabled = enabled
    account.mail_group.save()


def make_spam_filter(account: MailAccount, *, enabled: bool = True, **fields: object) -> None:
    for name, value in {"enabled": enabled, **fields}.items():
        setattr(account.spam_filter, name, value)
    account.spam_filter.save()


def make_list_entries(account: MailAccount, list_: SpamList, *patterns: str) -> None:
    ListEntry.objects.bulk_create(
        ListEntry(spam_filter=account.spam_filter, list=list_, pattern=pattern)
        for pattern in patterns
    )


def make_antivirus(account: MailAccount, *, enabled: bool = True) -> None:
    account.antivirus.enabled = enabled
    account.antivirus.save()


def make_session(account: MailAccount, **fields: object) -> Session:
    """A session of the account in some other browser."""
    now = timezone.now()
    key = f"session{Session.objects.count()}".ljust(32, "x")
    values = {"started": now, "last_activity": now, "expire_date": now + timedelta(hours=1)}
    return Session.objects.create(session_key=key, account=account, **(values | fields))


def make_autoresponder(account: MailAccount, name: str = "Away", **fields: object) -> Autoresponder:
    """An autoresponder that answers always, of a service that is on."""
    account.auto_reply.switch(on=True)
    return account.auto_reply.autoresponders.create(name=name, **({"text": "I am away.", **fields}))


def make_attachment(account: MailAccount, name: str, octets: bytes) -> Attachment:
    return add_attachment(service=account.auto_reply, name=name, octets=octets)


def make_answer_event(one: Autoresponder, address: str, *, because: str = "") -> AnswerEvent:
    """A message that was answered, or was not because of this."""
    return one.events.create(
        at=timezone.now(), address=address, is_answered=not because, because=because
    )
