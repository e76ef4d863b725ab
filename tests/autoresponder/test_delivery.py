"""What happens to a message at an account that answers. Proves G41, G42, G43, G45 and B4."""

import base64
import hmac
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from autoresponder.models import Answered, AnswerEvent
from delivery.models import DeliveryRecord
from delivery.words import Mark, Reason
from tests.autoresponder.conftest import CAROL, letter
from tests.delivery.conftest import OK, log
from tests.make import (
    make_alias,
    make_attachment,
    make_autoresponder,
    make_mailbox,
    make_redirect,
)

pytestmark = pytest.mark.django_db
ALICE = "alice@example.com"
DAY = timedelta(days=1)
TOO_FAST = "The account has reached the server’s limit of 3 answers an hour."


def events(autoresponder):
    return [
        (event.address, event.is_answered, str(event.reason))
        for event in AnswerEvent.objects.filter(autoresponder=autoresponder).order_by("pk")
    ]


def test_a_letter_is_kept_and_answered(alice, deliver, kept, answers):
    away = make_autoresponder(alice)

    assert deliver(ALICE, message=letter(), sender=CAROL) == [OK]

    ((sender, target, answer),) = answers()
    assert (len(kept(alice)), sender, target) == (1, "", CAROL)
    assert {name: str(value) for name, value in answer.items() if name != "Date"} == {
        "From": "alice@example.com",
        "To": "carol@far.example",
        "Subject": "Re: Hello",
        "Message-ID": answer["Message-ID"],
        "In-Reply-To": "<1@far.example>",
        "References": "<1@far.example>",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="us-ascii"',
        "Content-Transfer-Encoding": "7bit",
    }
    assert answer.get_content() == "I am away.\r\n"
    assert log() == [(ALICE, "delivered", [("keep", 1), ("answer", 1)])]
    assert events(away) == [(CAROL, True, "“Away” answers.")]
    away.refresh_from_db()
    assert (away.answers, away.stored) == (1, 1)


def test_the_same_message_again_is_not_answered_again(alice, deliver, answers):
    away = make_autoresponder(alice)
    make_alias(alice, "info@example.com")

    for recipient in (ALICE, ALICE, "info@example.com"):
        assert deliver(recipient, message=letter(), sender=CAROL) == [OK]

    assert (len(answers()), len(events(away))) == (1, 1)


def test_without_a_mailbox_it_answers_and_keeps_nothing(alice, deliver, kept, answers):
    make_mailbox(alice, enabled=False)
    make_autoresponder(alice, request="subject", words="price")

    assert deliver(ALICE, message=letter(subject="Your prices"), sender=CAROL) == [OK]
    assert deliver(ALICE, message=letter(subject="Other"), sender=CAROL) == [OK]

    assert (len(kept(alice)), len(answers())) == (0, 1)
    assert sorted((outcome, actions) for _recipient, outcome, actions in log()) == [
        ("deleted", [("delete", 1)]),
        ("delivered", [("answer", 1), ("delete", 1)]),
    ]


def test_several_match_and_each_answers_once(alice, deliver, answers):
    make_autoresponder(alice, "Away", text="I am away.")
    make_autoresponder(alice, "Prices", request="subject", words="price", text="See our list.")
    make_autoresponder(alice, "Other", request="text", words="nothing of it", text="Never.")

    deliver(ALICE, message=letter(subject="PRICES?"), sender=CAROL)

    assert sorted(answer.get_content() for _, _, answer in answers()) == [
        "I am away.\r\n",
        "See our list.\r\n",
    ]


@pytest.mark.parametrize(
    ("fields", "answered"),
    [
        ({"starts": -1, "ends": 1}, 1),
        ({"starts": 0, "ends": 0}, 1),
        ({"starts": 1}, 0),
        ({"ends": -1}, 0),
    ],
)
def test_dates_are_included(alice, deliver, answers, fields, answered):
    today = alice.auto_reply.today(timezone.now())
    make_autoresponder(alice, **{name: today + days * DAY for name, days in fields.items()})

    deliver(ALICE, message=letter(), sender=CAROL)

    assert len(answers()) == answered


def test_off_is_off(alice, deliver, answers):
    make_autoresponder(alice, "Off", enabled=False)
    make_autoresponder(alice, "On")
    alice.auto_reply.switch(on=False)

    deliver(ALICE, message=letter(), sender=CAROL)

    assert answers() == []


def test_no_more_than_so_many_a_day_to_one_address(alice, deliver, answers):
    away = make_autoresponder(alice, answers_a_day=2)
    spellings = (CAROL, "Carol@FAR.example", '"carol"@far.example', "carol+tag@far.example")

    for number, sender in enumerate(spellings):
        message = letter(message_id=f"<{number}@far.example>")
        assert deliver(ALICE, message=message, sender=sender) == [OK]

    assert [target for _, target, _ in answers()] == [CAROL, "Carol@FAR.example"]
    assert [event[1:] for event in events(away)] == [
        (True, "“Away” answers."),
        (True, "“Away” answers."),
        (False, "This address has had its answers for today: 2."),
        (False, "This address has had its answers for today: 2."),
    ]
    entry = DeliveryRecord.objects.order_by("-received")[0].actions[1]
    assert (entry["name"], entry["done"], entry["because"], entry["params"]) == (
        "answer",
        0,
        "This address has had its answers for today: %(times)d.",
        {"times": 2},
    )


def test_what_came_before_midnight_and_is_answered_after_counts_for_the_new_day(
    alice, deliver, answers, monkeypatch
):
    make_autoresponder(alice, answers_a_day=1)
    before = timezone.now().replace(hour=23, minute=59, second=59)
    moments = iter([before, *[before + timedelta(seconds=2)] * 3])
    monkeypatch.setattr("delivery.work.timezone", SimpleNamespace(now=lambda: next(moments)))

    for number in (1, 2):
        deliver(ALICE, message=letter(message_id=f"<{number}@far.example>"), sender=CAROL)

    assert len(answers()) == 1


def srs0(address: str, domain: str, secret: str) -> str:
    """An address as postsrsd rewrites it today."""
    user, _, host = address.partition("@")
    day = int(timezone.now().timestamp()) // 86400 % 1024
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    stamp = letters[day // 32] + letters[day % 32]
    digest = hmac.digest(secret.encode(), f"{stamp}{host}{user}".lower().encode(), "sha1")
    return f"SRS0={base64.b64encode(digest).decode()[:4]}={stamp}={host}={user}@{domain}"


def test_who_was_rewritten_by_this_host_is_answered_and_named_as_before(
    alice, deliver, answers, settings
):
    settings.SRS_DOMAIN, settings.SRS_SECRETS = "srs.example.test", ["a-secret"]
    away = make_autoresponder(alice)
    rewritten = srs0(CAROL, "srs.example.test", "a-secret")

    deliver(ALICE, message=letter(), sender=rewritten)
    deliver(ALICE, message=letter(fields="Precedence: bulk", message_id="<2@x>"), sender=rewritten)

    assert [target for _sender, target, _answer in answers()] == [CAROL]
    assert events(away) == [
        (CAROL, True, "“Away” answers."),
        (CAROL, False, "It was sent to many at once."),
    ]


def test_the_next_day_counts_anew(alice, deliver, answers):
    away = make_autoresponder(alice, answers_a_day=1)
    deliver(ALICE, message=letter(), sender=CAROL)
    Answered.objects.update(day=alice.auto_reply.today(timezone.now()) - DAY)

    deliver(ALICE, message=letter(message_id="<2@far.example>"), sender=CAROL)

    assert len(answers()) == 2
    known = Answered.objects.get(autoresponder=away)
    assert (known.address, known.today) == (CAROL, 1)


def test_the_oldest_addresses_are_forgotten(alice, deliver, answers):
    away = make_autoresponder(alice, stored_limit=2, answers_a_day=1)

    for number in (1, 2, 3, 1):
        message = letter(message_id=f"<{timezone.now().timestamp()}@far.example>")
        deliver(ALICE, message=message, sender=f"c{number}@far.example")

    assert [target for _, target, _ in answers()] == [f"c{n}@far.example" for n in (1, 2, 3, 1)]
    assert set(Answered.objects.values_list("address", flat=True)) == {
        "c3@far.example",
        "c1@far.example",
    }
    away.refresh_from_db()
    assert (away.answers, away.stored) == (4, 2)


def test_the_ceiling_holds_for_all_autoresponders_together(alice, deliver, answers, settings):
    settings.ANSWERS_AN_HOUR = 3
    one, two = make_autoresponder(alice, "One"), make_autoresponder(alice, "Two")

    for number in range(2):
        message = letter(message_id=f"<{number}@far.example>")
        deliver(ALICE, message=message, sender=f"c{number}@far.example")

    assert len(answers()) == 3
    refused = [event for event in events(one) + events(two) if not event[1]]
    assert refused == [
        (
            "c1@far.example",
            False,
            "The account has reached the server’s limit of 3 answers an hour.",
        )
    ]


def test_an_hour_later_the_ceiling_is_open_again(alice, deliver, answers, settings):
    settings.ANSWERS_AN_HOUR = 1
    make_autoresponder(alice)
    deliver(ALICE, message=letter(), sender=CAROL)
    alice.auto_reply.refresh_from_db()
    alice.auto_reply.hour_began -= timedelta(minutes=61)
    alice.auto_reply.save()

    deliver(ALICE, message=letter(message_id="<2@far.example>"), sender=CAROL)

    assert len(answers()) == 2


def test_a_relay_that_does_not_answer_puts_off_and_counts_nothing(alice, deliver, kept, sink):
    away = make_autoresponder(alice, answers_a_day=1)
    sink.replies["DATA"] = "451 4.3.0 later"

    assert deliver(ALICE, message=letter(), sender=CAROL) == ["451 4.3.0"]
    assert (events(away), Answered.objects.count()) == ([], 0)
    sink.replies.clear()
    assert deliver(ALICE, message=letter(), sender=CAROL) == [OK]

    assert (len(kept(alice)), len(sink.taken), len(events(away))) == (1, 1, 1)


def test_a_refused_answer_is_only_recorded(alice, deliver, kept, sink):
    away = make_autoresponder(alice)
    sink.replies["RCPT"] = "550 5.1.1 unknown"

    assert deliver(ALICE, message=letter(), sender=CAROL) == [OK]

    assert (len(kept(alice)), sink.taken) == (1, [])
    assert events(away) == [
        (CAROL, False, "The mail server of the sender’s side refused the answer.")
    ]
    assert log() == [(ALICE, "delivered", [("keep", 1), ("answer", 0)])]


def test_what_is_not_answered_says_why(alice, deliver, answers):
    away = make_autoresponder(alice)

    deliver(ALICE, message=letter(fields="List-Id: <a.b.example>"), sender=CAROL)
    deliver(ALICE, message=letter(), sender="")

    assert answers() == []
    assert events(away) == [
        (CAROL, False, "It came over a mailing list, or is a newsletter."),
        ("", False, "It is a report on a message, such as a receipt or a failed delivery."),
    ]


def test_what_came_back_is_neither_answered_nor_sent_on(alice, deliver, sink):
    away = make_autoresponder(alice, forward_to="far@elsewhere.example")

    deliver(ALICE, message=b"Delivered-To: alice@example.com\r\n" + letter(), sender=CAROL)

    assert sink.taken == []
    assert events(away) == [(CAROL, False, "It has been through this account before.")]


def test_every_message_that_matches_is_sent_on_as_a_redirect_would(alice, deliver, sink):
    make_redirect(alice, "one@elsewhere.example")
    make_autoresponder(alice, "A", forward_to="one@elsewhere.example", request="text", words="you")
    make_autoresponder(alice, "B", forward_to="two@elsewhere.example")
    make_autoresponder(alice, "C", forward_to="alice+c@example.com")

    deliver(ALICE, message=letter(fields="List-Id: <a.b.example>"), sender=CAROL)
    deliver(ALICE, message=letter(), sender="")

    assert [(taken.sender, taken.targets) for taken in sink.taken] == [
        (CAROL, ("one@elsewhere.example",)),
        (CAROL, ("two@elsewhere.example",)),
        ("", ("one@elsewhere.example",)),
        ("", ("two@elsewhere.example",)),
    ]


def test_an_alias_answers_in_its_own_name(alice, deliver, answers):
    make_alias(alice, "info@example.com")
    make_autoresponder(alice, return_address="sales@example.org")

    deliver("Info+x@example.com", message=letter(to="Info@Example.com"), sender=CAROL)

    ((_, _, answer),) = answers()
    assert (answer["From"], answer["Reply-To"]) == ("info@example.com", "sales@example.org")


def test_files_are_sent_along(alice, deliver, answers):
    away = make_autoresponder(alice)
    for name in ("b.pdf", "Prix d’été.pdf"):
        away.attachments.add(make_attachment(alice, name, f"%PDF-{name}".encode()))

    deliver(ALICE, message=letter(), sender=CAROL)

    ((_, _, answer),) = answers()
    assert [(part.get_filename(), part.get_content()) for part in answer.iter_attachments()] == [
        ("Prix d’été.pdf", "%PDF-Prix d’été.pdf".encode()),
        ("b.pdf", b"%PDF-b.pdf"),
    ]


def test_a_removed_autoresponder_answers_no_more(alice, deliver_for_replies, answers, store, relay):
    """Removed after the message was decided on, before it was carried out."""
    away = make_autoresponder(alice)

    class Meanwhile:
        def deliver(self, *arguments, **named):
            away.delete()
            store.deliver(*arguments, **named)

        confirm = store.confirm

    (reply,) = deliver_for_replies(ALICE, message=letter(), sender=CAROL, store=Meanwhile())

    assert (reply.code, answers()) == (250, [])


def test_a_thousand_addresses_cost_no_more_queries(alice, deliver):
    away = make_autoresponder(alice)
    deliver(ALICE, message=letter(), sender=CAROL)

    def queries(name):
        with CaptureQueriesContext(connection) as seen:
            deliver(ALICE, message=letter(message_id=name), sender=f"{name}@far.example")
        return len(seen)

    few = queries("<2@far.example>")
    Answered.objects.bulk_create(
        Answered(
            autoresponder=away,
            address=f"x{number}@far.example",
            day=timezone.now(),
            today=1,
            at=timezone.now(),
        )
        for number in range(1000)
    )

    assert queries("<3@far.example>") == few


def spam(delivery):
    """The spam filter's step, as far as an answer is concerned."""
    return delivery.then(Mark(Reason("Spam."), rewrite=lambda message: message))


def test_spam_is_neither_answered_nor_sent_on(alice, deliver, kept, sink, settings):
    away = make_autoresponder(alice, forward_to="far@elsewhere.example")
    settings.DELIVERY_STEPS = [
        *settings.DELIVERY_STEPS[:3],
        f"{__name__}.spam",
        *settings.DELIVERY_STEPS[3:],
    ]

    assert deliver(ALICE, message=letter(), sender=CAROL) == [OK]

    assert (len(kept(alice)), sink.taken) == (1, [])
    assert events(away) == [(CAROL, False, "It is spam.")]
