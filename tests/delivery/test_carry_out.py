"""What really happens to a message: in the mailbox, at the next host, in the log, on the wire.

Proves G8, G21, G34, G35, G36, G37.
"""

import pytest

from delivery.models import Carried, DeliveryRecord
from mailaccounts.store import StoreFull, StoreUnavailable
from tests.delivery.conftest import AS_SENT_ON, CAROL, FAR, MESSAGE, OK, TRACE, log
from tests.delivery.sink import Taken
from tests.make import make_alias, make_mail_group, make_mailbox, make_redirect

pytestmark = pytest.mark.django_db

AS_KEPT = b"Return-Path: <carol@far.example>\r\nDelivered-To: alice@example.com\r\n" + TRACE


class BrokenStore:
    """A store that fails as it is told, then works."""

    def __init__(self, store, *errors):
        self.store = store
        self.errors = list(errors)

    def deliver(self, address, message, *, key, **where):
        if self.errors:
            raise self.errors.pop(0)
        self.store.deliver(address, message, key=key, **where)

    def confirm(self, address, *, key):
        self.store.confirm(address, key=key)


def test_a_message_is_kept(alice, deliver, kept, sink):
    assert deliver("alice@example.com") == [OK]

    assert kept(alice) == [AS_KEPT + MESSAGE]
    assert sink.taken == []
    record = DeliveryRecord.objects.get()
    assert (record.account, record.recipient, record.sender, record.message_id) == (
        alice,
        "alice@example.com",
        CAROL,
        "<1@far>",
    )
    assert (record.author, record.subject, record.octets, record.outcome) == (
        "Carol <carol@far.example>",
        "Hello",
        len(MESSAGE),
        "delivered",
    )
    assert record.actions == [
        {"name": "keep", "because": "Mailbox is on.", "params": {}, "done": 1, "failed": []}
    ]


def test_redirect_with_a_mailbox_keeps_and_sends_on(alice, deliver, kept, sink):
    make_redirect(alice, FAR)

    assert deliver("alice@example.com") == [OK]

    assert kept(alice) == [AS_KEPT + MESSAGE]
    assert sink.taken == [Taken(CAROL, (FAR,), AS_SENT_ON)]
    assert log() == [("alice@example.com", "delivered", [("keep", 1), ("forward", 1)])]


def test_redirect_without_a_mailbox_keeps_no_copy(alice, deliver, kept, sink):
    make_redirect(alice, FAR)
    make_mailbox(alice, enabled=False)

    assert deliver("alice@example.com") == [OK]

    assert kept(alice) == []
    assert sink.taken == [Taken(CAROL, (FAR,), AS_SENT_ON)]


def test_a_redirect_passes_bounces_on(alice, deliver, sink):
    make_redirect(alice, FAR)

    assert deliver("alice@example.com", sender="") == [OK]

    assert [(taken.sender, taken.targets) for taken in sink.taken] == [("", (FAR,))]


def test_a_group_sends_to_its_members_in_its_own_name(alice, deliver, kept, sink):
    make_mail_group(alice, "m1@far.example", "m2@far.example")
    make_mailbox(alice, enabled=False)

    assert deliver("alice@example.com") == [OK]

    assert kept(alice) == []
    members = ("m1@far.example", "m2@far.example")
    assert sink.taken == [Taken("alice@example.com", members, AS_SENT_ON)]


def test_a_bounce_to_a_group_is_recorded_and_goes_to_nobody(alice, deliver, sink):
    make_mail_group(alice, "m1@far.example")
    make_mailbox(alice, enabled=False)

    assert deliver("alice@example.com", sender="") == [OK]

    assert sink.taken == []
    assert log() == [("alice@example.com", "deleted", [("delete", 1)])]


def test_a_group_of_five_hundred_is_one_transaction(alice, deliver, sink):
    members = [f"m{number:03}@far.example" for number in range(500)]
    make_mail_group(alice, *members)

    assert deliver("alice@example.com") == [OK]

    assert [taken.targets for taken in sink.taken] == [tuple(members)]


def test_the_same_message_again_changes_nothing(alice, deliver, kept, sink):
    make_redirect(alice, FAR)

    assert [deliver("alice@example.com"), deliver("alice@example.com")] == [[OK], [OK]]

    assert (len(kept(alice)), len(sink.taken), len(log())) == (1, 1, 1)


def test_another_trace_of_our_own_is_the_same_message(alice, deliver, kept):
    for trace in (b"Received: by here; 10:00\r\n", b"Received: by here; 10:01\r\n"):
        assert deliver("alice@example.com", trace=trace) == [OK]

    assert len(kept(alice)) == 1


@pytest.mark.parametrize(
    ("error", "reply"),
    [
        (StoreFull("no space"), "452 4.3.1"),
        (StoreUnavailable("disk"), "451 4.3.0"),
        (RuntimeError("bug"), "451 4.3.0"),
    ],
)
def test_a_store_that_fails_puts_off_and_the_rest_goes_on(
    alice, bob, deliver, kept, store, sink, error, reply
):
    make_redirect(alice, FAR)
    broken = BrokenStore(store, error)

    recipients = ("alice@example.com", "bob@example.com")
    assert sorted(deliver(*recipients, store=broken)) == [OK, reply]
    assert deliver(*recipients, store=broken) == [OK, OK]

    assert (len(kept(alice)), len(kept(bob)), len(sink.taken)) == (1, 1, 1)


def test_an_unforeseen_error_has_a_reference_in_the_log(alice, store, deliver_for_replies, caplog):
    broken = BrokenStore(store, RuntimeError("secret"))

    (reply,) = deliver_for_replies("alice@example.com", store=broken)

    assert reply.text.startswith("Temporary failure, reference ")
    assert reply.text.rpartition(" ")[2] in caplog.text
    assert "secret" not in reply.text


def test_aliases_tags_and_letter_case_reach_the_account(alice, deliver, kept):
    make_alias(alice, "sales@example.com")
    for number, recipient in enumerate(
        ("ALICE@Example.COM", "alice+news@example.com", "sales@example.com", '"alice"@example.com')
    ):
        message = MESSAGE + b"%d\r\n" % number
        assert deliver(recipient, message=message) == [OK]

    assert len(kept(alice)) == 4


def test_two_addresses_of_one_account_get_one_copy_and_a_reply_each(alice, deliver, kept):
    make_alias(alice, "sales@example.com")

    assert deliver("alice@example.com", "sales@example.com", "alice+x@example.com") == [OK] * 3

    assert len(kept(alice)) == 1


def test_each_recipient_has_its_own_end(alice, bob, mallory, deliver, kept):
    make_mailbox(bob, enabled=False)
    mallory.is_active = False
    mallory.save()

    assert deliver(
        "alice@example.com", "bob@example.com", "mallory@elsewhere.example", "who@example.com"
    ) == [OK, "550 5.1.1", "550 5.2.1", "550 5.1.1"]

    assert [(recipient, outcome) for recipient, outcome, _ in log()] == [
        ("alice@example.com", "delivered"),
        ("bob@example.com", "refused"),
        ("mallory@elsewhere.example", "refused"),
    ]


def test_two_accounts_that_redirect_to_each_other_stop(alice, bob, deliver, kept, sink):
    make_redirect(alice, "bob@example.com")
    make_redirect(bob, "alice@example.com")

    deliver("alice@example.com")
    while sink.taken:
        came = sink.taken.pop()
        deliver(*came.targets, message=came.message, sender=came.sender)

    # The second copy came back to alice from bob, as design has it: kept, not sent on.
    assert (len(kept(alice)), len(kept(bob))) == (2, 1)


def test_a_thousand_recipients(alice, deliver):
    recipients = ["alice@example.com", *(f"nobody{n}@example.com" for n in range(999))]

    assert deliver(*recipients) == [OK] + ["550 5.1.1"] * 999


def test_hostile_text_is_recorded(alice, deliver):
    message = b"Subject: \x00\xff\xed\xa0\x80\r\nFrom: \x00\r\n\r\n"

    assert deliver("alice@example.com", message=message, sender="a\x00\udcff@b.example") == [OK]
    assert DeliveryRecord.objects.get().sender == "a\ufffd?@b.example"


@pytest.mark.parametrize(
    ("message", "gap"),
    [
        (b"Hi there: this is no field.\r\n", b"\r\n"),
        (b" nor is this: folded\r\n", b"\r\n"),
        (b"", b"\r\n"),
        (b"\r\nHi.\r\n", b""),
        (b"X-Odd :1\r\n\r\nHi.\r\n", b""),
    ],
)
def test_a_message_without_headers_stays_apart_from_ours(alice, deliver, kept, message, gap):
    assert deliver("alice@example.com", message=message) == [OK]

    assert kept(alice) == [AS_KEPT + gap + message]


def test_nothing_of_the_message_is_in_the_guard(alice, deliver):
    deliver("alice@example.com")

    assert [(len(row.key), row.refusal) for row in Carried.objects.all()] == [(32, "")]
