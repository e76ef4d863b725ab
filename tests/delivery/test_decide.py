"""What is decided for a message, without doing any of it. Proves G21, G34, G35, G36, G37."""

import pytest
from django.utils import timezone

from delivery.decide import decide
from delivery.edge.trace import received
from delivery.message import Message
from delivery.words import Delete, Envelope, Forward, Keep, Omit, Refuse
from tests.delivery.conftest import FAR
from tests.make import make_mail_group, make_mailbox, make_redirect

PLAIN = b"Subject: Hello\r\n\r\nHow are you?\r\n"


def plan(account, *, sender="carol@far.example", message=PLAIN):
    """What is done: a letter for each kept copy, the targets of each forward, a refusal's code."""
    actions = decide(
        Message(message), Envelope(sender), account, account.address, timezone.now()
    ).actions
    told = []
    for action in actions:
        match action:
            case Keep():
                told.append("keep")
            case Delete():
                told.append("delete")
            case Omit():
                told.append("omit")
            case Refuse():
                told.append(f"{action.reply.code} {action.reply.enhanced}")
            case Forward():
                told.append((action.sender, *action.targets))
    return told


@pytest.mark.parametrize(
    ("mailbox", "redirect", "group", "sender", "expected"),
    [
        (True, False, False, "c@far.example", ["keep"]),
        (True, True, False, "c@far.example", ["keep", ("c@far.example", FAR)]),
        (False, True, False, "c@far.example", [("c@far.example", FAR)]),
        (True, True, False, "", ["keep", ("", FAR)]),
        (False, True, False, "", [("", FAR)]),
        (False, False, True, "c@far.example", [("alice@example.com", "m@far.example")]),
        (True, False, True, "c@far.example", ["keep", ("alice@example.com", "m@far.example")]),
        (True, False, True, "", ["keep", "omit"]),
        (False, False, True, "", ["delete"]),
        (False, True, True, "", [("", FAR), "omit"]),
        (False, False, False, "c@far.example", ["550 5.1.1"]),
    ],
)
def test_services_decide(alice, mailbox, redirect, group, sender, expected):
    make_mailbox(alice, enabled=mailbox)
    make_redirect(alice, FAR, enabled=redirect)
    make_mail_group(alice, "m@far.example", enabled=group)

    assert plan(alice, sender=sender) == expected


def test_a_suspended_account_takes_nothing(alice):
    make_redirect(alice, FAR)
    alice.is_active = False

    assert plan(alice) == ["550 5.2.1"]


def test_redirect_off_keeps_the_address_for_next_time(alice):
    make_redirect(alice, FAR, enabled=False)

    assert plan(alice) == ["keep"]
    assert alice.redirect.address == FAR


def test_what_came_back_is_kept_and_not_sent_on(alice):
    make_redirect(alice, FAR)
    make_mail_group(alice, "m@far.example")

    assert plan(alice, message=b"Delivered-To: Alice@example.com\r\n" + PLAIN) == ["keep"]


def test_what_came_back_without_a_mailbox_is_refused(alice):
    make_mailbox(alice, enabled=False)
    make_redirect(alice, FAR)

    assert plan(alice, message=b"Delivered-To: alice@example.com\r\n" + PLAIN) == ["550 5.4.6"]


@pytest.mark.parametrize(("hops", "expected"), [(50, ["keep"]), (51, ["550 5.4.6"])])
def test_too_many_hops_are_a_loop(alice, hops, expected):
    assert plan(alice, message=b"Received: by x\r\n" * hops + PLAIN) == expected


def test_hops_are_counted_in_the_header_alone(alice):
    assert plan(alice, message=PLAIN + b"Received: by x\r\n" * 60) == ["keep"]


@pytest.mark.parametrize("own", ["alice@example.com", "alice+later@example.com"])
def test_a_redirect_to_oneself_does_not_loop(alice, own):
    make_redirect(alice, own)
    assert plan(alice) == ["keep"]

    make_mailbox(alice, enabled=False)
    assert plan(alice) == ["550 5.4.6"]


def test_a_group_that_is_its_own_member_does_not_loop(alice):
    make_mail_group(alice, "alice@example.com", "m@far.example")

    assert plan(alice) == ["keep", ("alice@example.com", "m@far.example")]


def test_every_reason_is_a_sentence_in_the_readers_language(alice):
    make_redirect(alice, FAR)

    actions = decide(
        Message(PLAIN), Envelope("c@far.example"), alice, alice.address, timezone.now()
    ).actions

    assert [str(action.because) for action in actions] == [
        "Mailbox is on.",
        "Redirect is on: sent on to alice@far.example.",
    ]


def test_deciding_asks_no_database(alice, django_assert_num_queries):
    make_redirect(alice, FAR)

    with django_assert_num_queries(0):
        plan(alice)


@pytest.mark.parametrize(
    ("mailbox", "expected"), [(True, ["keep", "omit"]), (False, ["550 5.4.6"])]
)
def test_groups_within_groups_end(alice, mailbox, expected):
    """Ten groups that have each other as members would send ten million copies of one message."""
    make_mailbox(alice, enabled=mailbox)
    make_mail_group(alice, "m@far.example")
    sent_on = (alice.address, "m@far.example")
    here = received(helo="a", peer="::1", host="localhost", protocol="LMTP", identity="1")
    elsewhere = b"Received: from a by localhost.far.example with LMTP id 1\r\n"

    assert plan(alice, message=elsewhere * 3 + PLAIN)[-1] == sent_on
    assert plan(alice, message=here * 2 + PLAIN)[-1] == sent_on
    assert plan(alice, message=here * 3 + PLAIN) == expected
