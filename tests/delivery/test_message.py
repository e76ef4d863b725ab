"""What a message says of itself, whatever it is made of."""

import time

import pytest

from delivery.message import Message


def test_fields_are_read_as_people_read_them():
    message = Message(
        b"From: =?utf-8?q?Ren=C3=A9?= <rene@example.com>\r\n"
        b"SUBJECT: A long\r\n one\r\nMessage-ID: <1@x>\r\n\r\nSubject: not this\r\n"
    )

    assert (message.sender, message.subject, message.message_id) == (
        "René <rene@example.com>",
        "A long one",
        "<1@x>",
    )


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"", ""),
        (b"\r\nSubject: body\r\n", ""),
        (b"\r\n\r\n\r\n", ""),
        (b"no header at all", ""),
        (b"Subject:\r\n\r\n", ""),
        (b"Subject: caf\xc3\xa9\r\n\r\n", "café"),
        (b"Subject: caf\xe9\r\n\r\n", "caf�"),
        (b"Subject: a\x00b\x1b[31mc\r\n\r\n", "a�b�[31mc"),
        (b"Subject: =?nonsense?q?x?=\r\n\r\n", "=?nonsense?q?x?="),
        (b"Subject: =?utf-8?b?////?=\r\n\r\n", "���"),
        (b"Subject: =?utf-8?b?!?=\r\n\r\n", ""),
        (b"Subject: =?utf-8?q?a=0D=0ABcc:_b?=\r\n\r\n", "a��Bcc: b"),
        (b"Subject: first\r\nSubject: second\r\n\r\n", "first"),
        (b"Subject: bare\nX: y\n\nSubject: body\n", "bare"),
    ],
)
def test_hostile_subjects(raw, subject):
    assert Message(raw).subject == subject


def test_a_header_line_of_ten_megabytes_takes_no_time():
    message = Message(b"X: " + b"a " * 5_000_000 + b"\r\nSubject: s\r\n\r\n")
    began = time.process_time()

    assert (message.subject, message.hops) == ("", 0)
    assert time.process_time() - began < 1


def test_many_fields_take_no_time():
    message = Message(b"Received: x\r\n" * 100_000 + b"\r\n")
    began = time.process_time()

    assert message.hops > 50
    assert time.process_time() - began < 1
