"""How much an owner may send in an hour. Proves B6 of what plans limit."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection

from delivery.housekeeping import housekeep
from delivery.models import Sending
from delivery.sending_limits import action
from mailaccounts.models import Plan
from tests.make import make_account, make_plan

NOW = datetime(2026, 11, 25, 13, 20, tzinfo=UTC)
ALLOWED = "has sent what it may (messages an hour: 3, recipients: 10)"
OVER = (
    "DEFER 4.7.1 You have sent what you may (messages an hour: 3, recipients: 10);"
    " more from 14:00 UTC on"
)


@pytest.fixture(autouse=True)
def limits(settings):
    settings.MESSAGES_PER_HOUR, settings.RECIPIENTS_PER_HOUR = 3, 10


def ask(login: str, recipients: int = 1, now: datetime = NOW) -> str:
    return action({"sasl_username": login, "recipient_count": str(recipients)}, now)


def counted() -> list[tuple[int, int]]:
    return list(Sending.objects.values_list("messages", "recipients"))


def test_as_many_messages_as_the_server_allows(alice, bob, caplog):
    assert [ask("alice@example.com") for _ in range(4)] == ["DUNNO"] * 3 + [OVER]
    assert ask("bob@example.com") == "DUNNO"

    assert caplog.record_tuples == [
        (
            "delivery.sending_limits",
            logging.WARNING,
            f"alice@example.com {ALLOWED}; one to 1 was not taken",
        )
    ]


def test_recipients_count_too_and_what_was_not_taken_does_not(alice):
    assert [ask("alice@example.com", 6), ask("alice@example.com", 5)] == ["DUNNO", OVER]
    assert ask("alice@example.com", 4) == "DUNNO"
    assert counted() == [(2, 10)]


def test_a_message_to_more_than_an_hour_allows_need_not_come_again(alice):
    assert ask("alice@example.com", 11) == "REJECT 5.7.1 Too many recipients (an hour: 10)"


def test_the_next_hour_is_a_new_one(alice):
    for _ in range(4):
        ask("alice@example.com")

    assert ask("alice@example.com", now=NOW + timedelta(minutes=40)) == "DUNNO"


@pytest.mark.parametrize(
    ("messages", "recipients", "said"),
    [
        (None, None, ["DUNNO", "DUNNO"]),
        (1, None, ["DUNNO", OVER.replace("hour: 3", "hour: 1")]),
        (None, 1, ["DUNNO", OVER.replace("ts: 10", "ts: 1")]),
        (0, None, [OVER.replace("hour: 3", "hour: 0")] * 2),
    ],
)
def test_the_plan_says_how_much(db, messages, recipients, said):
    plan = make_plan("Small")
    limits = {"messages_per_hour": messages, "recipients_per_hour": recipients}
    Plan.objects.filter(pk=plan.pk).update(**limits)
    make_account("carol@example.com", plan=plan)

    assert [ask("carol@example.com"), ask("CAROL@example.com")] == said


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_pass_the_limit_together(alice):
    def send(_number: int) -> str:
        try:
            return ask("alice@example.com")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(send, range(16)))

    assert sorted(said) == [OVER] * 13 + ["DUNNO"] * 3


def test_who_has_not_logged_in_is_postfixs_business(db):
    assert action({}, NOW) == "DUNNO"
    assert action({"sasl_username": ""}, NOW) == "DUNNO"


@pytest.mark.parametrize("number", ["", "0"])
def test_a_message_has_one_recipient_at_least(alice, number):
    assert action({"sasl_username": "alice@example.com", "recipient_count": number}, NOW) == "DUNNO"
    assert counted() == [(1, 1)]


def test_without_a_database_sending_is_put_off(alice, monkeypatch, caplog):
    def fail(*_args, **_kwargs):
        raise DatabaseError("gone")

    monkeypatch.setattr("delivery.sending_limits._of", fail)
    monkeypatch.setattr("delivery.job.connection.close", lambda: None)

    assert ask("alice@example.com") == (
        "DEFER 4.3.0 Sending is not possible for a moment, try again later"
    )
    assert caplog.messages == ["Counting what alice@example.com sends: gone"]


def test_hours_that_are_over_are_forgotten(alice):
    ask("alice@example.com", now=NOW.replace(hour=11))
    ask("alice@example.com")

    housekeep(NOW)

    assert [sending.hour.hour for sending in Sending.objects.all()] == [13]
