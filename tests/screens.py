"""Every screen of the panel, found by walking the URL list, and an account that fills them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from mailaccounts.actions import make_password_link
from mailaccounts.models import MailAccount
from mailaccounts.recovery import make_recovery_token, want_recovery_address
from spamfilter.models import SpamList
from tests.make import (
    make_account,
    make_alias,
    make_answer_event,
    make_antivirus,
    make_attachment,
    make_autoresponder,
    make_list_entries,
    make_mail_group,
    make_own_alias,
    make_redirect,
    make_session,
    make_spam_filter,
)

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
# The ways in, for who is not logged in.
DOORS = {"login", "password_reset", "password_reset_confirm", "set_up"}
# Open to who is not logged in, too.
PUBLIC = {*DOORS, "help", "help_page"}
# Open to every account, whatever its plan grants; all others need a permission.
UNIVERSAL = {
    *("home", "preferences", "permissions", "groups", "logout"),
    *("sessions", "sessions_remove", "session_stay", "recovery_confirm", "mail_programs"),
}
# What programs fetch is no screen.
DOCUMENTS = {"autoconfig", "autoconfig_at_its_name", "autodiscover", "mobileconfig"}
# Answer to a posted form alone, with another screen or a confirmation.
ACTS = {
    *("logout", "mail_group_on", "mail_group_off", "group_members_remove", "list_entries_remove"),
    *("alias_on", "alias_off", "aliases_remove"),
    *("autoresponders_on", "autoresponders_off", "autoresponders_remove", "attachments_remove"),
    *("autoresponder_on", "autoresponder_off", "autoresponder_duplicate", "autoresponder_preview"),
    *("sessions_remove", "session_stay"),
    *("spam_filter_preview", "training_spam", "training_ham", "training_forget"),
}
# Screens and acts of one autoresponder.
ONE_AUTORESPONDER = {
    *("autoresponder_edit", "autoresponder_answers"),
    *("autoresponder_on", "autoresponder_off", "autoresponder_duplicate"),
}


def own_screens() -> list[str]:
    """The names of all screens but the admin's."""
    return [name for name in _names(get_resolver().url_patterns) if name not in DOCUMENTS]


def path_of(screen: str, account: MailAccount) -> str:
    """The address of a screen; where it needs an argument, one that leads somewhere."""
    if screen == "help_page":
        return reverse(screen, args=["redirect_edit"])
    if screen == "password_reset_confirm":
        return reverse(screen, args=[make_password_link(account=account, now=timezone.now())])
    if screen == "recovery_confirm":
        now = timezone.now()
        want_recovery_address(account=account, address="home@far.example", now=now)
        return reverse(screen, args=[make_recovery_token(account=account)])
    if screen in {"alias_edit", "alias_on", "alias_off"}:
        own = account.aliases.filter(own=True).first() or make_own_alias(
            account, f"own{account.pk}@{account.domain_id}"
        )
        return reverse(screen, args=[own.pk])
    if screen in ONE_AUTORESPONDER:
        service = account.auto_reply
        one = service.autoresponders.first() or service.autoresponders.create(name="1", text="x")
        return reverse(screen, args=[one.pk])
    return reverse(screen, query={"email": account.address} if screen == "set_up" else None)


def confirmations(account: MailAccount) -> dict[str, str]:
    """The addresses of the acts that ask first, with something to ask about."""
    asked = {
        "group_members_remove": ("member", account.mail_group.members.all()),
        "aliases_remove": ("alias", account.aliases.filter(own=True)),
        "autoresponders_remove": ("autoresponder", account.auto_reply.autoresponders.all()),
        "list_entries_remove": ("entry", account.spam_filter.entries.all()),
        "sessions_remove": ("session", account.sessions.all()),
        "attachments_remove": ("attachment", account.auto_reply.attachments.all()),
    }
    return {
        screen: f"{reverse(screen)}?{'&'.join(f'{name}={row.pk}' for row in rows[:3])}"
        for screen, (name, rows) in asked.items()
    }


def furnish(account: MailAccount) -> MailAccount:
    """Something on every screen: long names, long lists, things that are on, off and at an end."""
    now = timezone.now()
    make_alias(account, "the.white.rabbit.and.the.mad.hatter@wonderland.example")
    make_own_alias(account, f"own@{account.domain_id}", note="Books " * 30)
    make_own_alias(account, f"off@{account.domain_id}", off_since=now, note="Toys")
    make_redirect(account, "alice.liddell@a-very-long-name-for-a-domain.elsewhere.example")
    make_mail_group(account, *(f"member{number:02}@elsewhere.example" for number in range(60)))
    make_spam_filter(account, alert_text="Beware. " * 20)
    make_list_entries(account, SpamList.BLACK, *(f"*@spam{one}.example" for one in range(60)))
    make_list_entries(account, SpamList.WHITE, f"{'long' * 15}@{'domain.' * 20}example")
    away = make_autoresponder(account, "Away " * 20, starts=now.date(), answers=12_345)
    make_autoresponder(
        account, "Price list", request="subject", words="price\nlist", text="See it."
    )
    make_autoresponder(account, "Old", ends=now.date() - timedelta(days=1), enabled=False)
    file = make_attachment(account, "A price list with a very long name – " * 3 + ".pdf", b"%PDF-")
    away.attachments.set([file])
    make_answer_event(away, "carol@a-very-long-name-for-a-domain.elsewhere.example")
    make_answer_event(away, "", because="It was sent by a program.")
    make_antivirus(account)
    make_session(account, ip_address="2001:db8:85a3:8d3:1319:8a2e:370:7348", user_agent=FIREFOX)
    make_session(account, ip_address="192.0.2.7", user_agent="\u202eevil " * 20)
    team = make_account(f"the.whole.team{account.pk}@{account.domain_id}")
    make_mail_group(team, account.address)
    return account


def _names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if str(pattern.pattern).startswith("admin/"):
            continue
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        else:
            assert pattern.name, f"{pattern} has no name"
            yield pattern.name
