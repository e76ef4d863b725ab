"""Proves G21, G43 and B4: an account with an enabled autoresponder within its dates takes mail."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils import timezone

from autoresponder.models import Autoresponder
from mailaccounts.models import MailAccount
from mailaccounts.services import accepts_mail
from tests.make import make_autoresponder, make_mailbox

TODAY = timezone.now().date()
DAY = timedelta(days=1)
COMPLETE = "Enter a complete address, such as name@example.com."


def is_recipient(account) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM mailhost.recipients WHERE address = %s", [account.address])
        return cursor.fetchone() is not None


@pytest.mark.parametrize(
    ("fields", "taken"),
    [
        ({}, True),
        ({"enabled": False}, False),
        ({"starts": TODAY, "ends": TODAY}, True),
        ({"starts": TODAY - DAY, "ends": TODAY + DAY}, True),
        ({"starts": TODAY + DAY}, False),
        ({"ends": TODAY - DAY}, False),
    ],
)
def test_postfix_and_delivery_agree_on_who_takes_mail(alice, fields, taken):
    make_mailbox(alice, enabled=False)
    make_autoresponder(alice, **fields)

    assert (is_recipient(alice), accepts_mail(alice, timezone.now())) == (taken, taken)


def test_a_service_that_is_off_takes_no_mail(alice):
    make_mailbox(alice, enabled=False)
    make_autoresponder(alice)
    alice.auto_reply.switch(on=False)

    assert (is_recipient(alice), accepts_mail(alice, timezone.now())) == (False, False)


@pytest.mark.parametrize(
    ("zone", "hours", "day"),
    [
        ("UTC", 23, date(2026, 11, 30)),
        ("Europe/Paris", 23, date(2026, 12, 1)),
        ("America/New_York", 2, date(2026, 11, 29)),
        ("Nowhere/At_all", 23, date(2026, 11, 30)),
        ("../etc/passwd", 23, date(2026, 11, 30)),
    ],
)
def test_a_day_is_the_accounts_own(alice, zone, hours, day):
    alice.time_zone = zone

    assert alice.auto_reply.today(datetime(2026, 11, 30, hours, 30, tzinfo=UTC)) == day


@pytest.mark.parametrize("zone", ["Nowhere/At_all", "", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_no_time_zone_closes_the_door(alice, zone):
    """One account's zone, known to PostgreSQL or not, must not stop the mail of all."""
    make_mailbox(alice, enabled=False)
    make_autoresponder(alice, starts=TODAY - 2 * DAY, ends=TODAY + 2 * DAY)
    MailAccount.objects.update(time_zone=zone)

    assert is_recipient(alice)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"request": "subject", "words": " \n"}, "Enter the words that are looked for."),
        ({"starts": TODAY, "ends": TODAY - DAY}, "The end is before the beginning."),
        ({"answers_a_day": 0}, "Enter a number from 1 to 1,000."),
        ({"answers_a_day": 1001}, "Enter a number from 1 to 1,000."),
        ({"stored_limit": 0}, "Enter a number from 1 to 1,000,000."),
        ({"stored_limit": 1_000_001}, "Enter a number from 1 to 1,000,000."),
        (
            {"return_address": "a b@c.example"},
            "Enter a complete address, such as name@example.com.",
        ),
        ({"forward_to": "nowhere"}, COMPLETE),
    ],
)
def test_the_database_refuses_what_the_form_would(alice, fields, said):
    autoresponder = Autoresponder(service=alice.auto_reply, name="x", text="y", **fields)

    with pytest.raises(ValidationError) as error:
        autoresponder.validate_constraints()
    with pytest.raises(IntegrityError):
        autoresponder.save()

    assert error.value.messages == [said]


@pytest.mark.parametrize(
    "fields",
    [
        {"request": "subject", "words": "holiday"},
        {"starts": TODAY},
        {"ends": TODAY},
        {"starts": TODAY, "ends": TODAY},
        {"stored_limit": 1_000_000, "answers_a_day": 1000},
    ],
)
def test_what_is_right_is_stored(alice, fields):
    autoresponder = Autoresponder(service=alice.auto_reply, name="x", text="y", **fields)
    autoresponder.validate_constraints()

    autoresponder.save()
