"""The next host refuses what is sent on, for now or for good. Proves G34, G35 and G37."""

import pytest

from delivery.models import DeliveryRecord
from tests.delivery.conftest import AS_SENT_ON, FAR, OK, log
from tests.make import make_mail_group, make_mailbox, make_redirect

pytestmark = pytest.mark.django_db


def test_a_member_refused_for_good_is_recorded_and_not_bounced(alice, deliver, sink):
    make_mailbox(alice, enabled=False)
    make_mail_group(alice, "gone@far.example", "m@far.example")
    sink.replies["RCPT TO:<gone@far.example>"] = "550 5.1.1 no such user"

    assert deliver("alice@example.com") == [OK]

    assert [taken.targets for taken in sink.taken] == [("m@far.example",)]
    assert DeliveryRecord.objects.get().actions[0]["failed"] == [
        {"target": "gone@far.example", "reply": "550 5.1.1 no such user"}
    ]


def test_a_member_put_off_is_tried_again_alone(alice, deliver, kept, sink):
    make_mail_group(alice, "full@far.example", "gone@far.example", "m@far.example")
    sink.replies["RCPT TO:<full@far.example>"] = "450 4.2.2 full"
    sink.replies["RCPT TO:<gone@far.example>"] = "550 5.1.1 no such user"
    assert deliver("alice@example.com") == ["451 4.2.2"]

    del sink.replies["RCPT TO:<full@far.example>"]
    assert deliver("alice@example.com") == [OK]

    assert [taken.targets for taken in sink.taken] == [("m@far.example",), ("full@far.example",)]
    assert len(kept(alice)) == 1
    assert sink.commands.count("RCPT TO:<gone@far.example>") == 1


def test_the_relay_refusing_for_good_without_a_copy_goes_back(alice, deliver, sink):
    make_redirect(alice, FAR)
    make_mailbox(alice, enabled=False)
    sink.replies[f"RCPT TO:<{FAR}>"] = f"550 5.1.1 <{FAR}> unknown"

    assert deliver("alice@example.com") == ["550 5.1.1"]

    assert log() == [("alice@example.com", "refused", [("forward", 0)])]
    assert deliver("alice@example.com") == ["550 5.1.1"]
    assert len(log()) == 1


def test_the_sender_never_reads_whom_mail_is_sent_on_to(alice, sink, deliver_for_replies):
    make_redirect(alice, FAR)
    make_mailbox(alice, enabled=False)
    sink.replies[f"RCPT TO:<{FAR}>"] = f"550 5.1.1 <{FAR}> unknown"

    (reply,) = deliver_for_replies("alice@example.com")

    assert FAR not in str(reply)


def test_the_relay_refusing_for_good_with_a_copy_is_recorded(alice, deliver, kept, sink):
    make_redirect(alice, FAR)
    sink.after_data = "554 5.7.1 we do not like it"

    assert deliver("alice@example.com") == [OK]

    assert len(kept(alice)) == 1
    assert log() == [("alice@example.com", "delivered", [("keep", 1), ("forward", 0)])]


@pytest.mark.parametrize("answer", ["450 4.2.0 later", "421 4.3.2 closing"])
def test_the_relay_refusing_for_now_is_tried_again(alice, deliver, kept, sink, caplog, answer):
    make_redirect(alice, FAR)
    sink.replies["MAIL"] = answer
    for _ in range(3):
        assert deliver("alice@example.com")[0].startswith("451 4.")
    assert log() == [("alice@example.com", "deferred", [("keep", 1), ("forward", 0)])]
    assert caplog.messages[-1].startswith("Not sent on for alice@example.com, to 1 of 1: 4")

    del sink.replies["MAIL"]
    assert deliver("alice@example.com") == [OK]

    assert len(kept(alice)) == 1
    assert sink.messages == [AS_SENT_ON]
    assert [outcome for _, outcome, _ in log()] == ["deferred", "delivered"]
