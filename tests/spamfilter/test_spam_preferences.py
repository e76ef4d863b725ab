"""What spamd reads of each account: the view `mailhost.spam_preferences`. Proves G27, G28, G30."""

from decimal import Decimal

from django.db import connection

from spamfilter.models import ServerListEntry, SpamList
from tests.make import make_list_entries, make_spam_filter


def preferences(account) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT preference, value FROM mailhost.spam_preferences WHERE username = %s"
            " ORDER BY prio, id",
            [account.address],
        )
        return cursor.fetchall()


def make_server_lists() -> None:
    ServerListEntry.objects.create(list=SpamList.BLACK, pattern="*@botnet.example")
    ServerListEntry.objects.create(list=SpamList.WHITE, pattern="*@bank.example")


def test_the_limit_and_both_lists(alice):
    make_spam_filter(alice, required_score=Decimal("5.5"))
    make_list_entries(alice, SpamList.BLACK, "*@spammers.net")
    make_list_entries(alice, SpamList.WHITE, "friend@far.example")

    assert preferences(alice) == [
        ("required_score", "5.5"),
        ("blocklist_from", "*@spammers.net"),
        ("welcomelist_from", "friend@far.example"),
    ]


def test_the_server_lists_are_for_who_opted_in(alice, bob):
    make_server_lists()
    make_spam_filter(alice, use_server_settings=True)

    assert preferences(alice) == [
        ("blocklist_from", "*@botnet.example"),
        ("welcomelist_from", "*@bank.example"),
        ("required_score", "7.0"),
    ]
    assert preferences(bob) == [("required_score", "7.0")]


def test_an_own_entry_replaces_the_providers(alice):
    make_server_lists()
    make_spam_filter(alice, use_server_settings=True)
    make_list_entries(alice, SpamList.WHITE, "*@botnet.example")

    assert preferences(alice) == [
        ("welcomelist_from", "*@bank.example"),
        ("required_score", "7.0"),
        ("welcomelist_from", "*@botnet.example"),
    ]


def test_nobody_reads_anothers_lists(alice, bob):
    make_list_entries(bob, SpamList.BLACK, "*@spammers.net")

    assert preferences(alice) == [("required_score", "7.0")]
