"""What is written into the copy in the mailbox, and what is left alone. Proves G26, G29."""

import time
import tracemalloc
from decimal import Decimal
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spamfilter.marking import Marking, original

PLAIN = b"From: Eve <eve@far.example>\r\nSubject: Cheap\r\nDate: now\r\n\r\nBuy!\r\n"
LIMIT = Decimal("7.0")


def marked(
    message: bytes, *, points: str = "8.2", marker: str = "*****SPAM*****", alert: str = ""
) -> bytes:
    return Marking(Decimal(points), LIMIT, ("DRUG_ED_CAPS", "RDNS_NONE"), marker, alert)(message)


def read(message: bytes):
    return message_from_bytes(message, policy=default)


def test_the_default_marks():
    assert marked(PLAIN) == (
        b"X-Spam-Flag: YES\r\n"
        b"X-Spam-Status: Yes, score=8.2 required=7.0\r\n\ttests=DRUG_ED_CAPS,RDNS_NONE\r\n"
        b"X-Spam-Prev-Subject: Cheap\r\n"
        b"From: Eve <eve@far.example>\r\nSubject: *****SPAM***** Cheap\r\nDate: now\r\n"
        b"\r\nBuy!\r\n"
    )


def test_without_a_marker_the_headers_still_say_it():
    assert marked(PLAIN, marker="") == (
        b"X-Spam-Flag: YES\r\nX-Spam: Yes\r\n"
        b"X-Spam-Status: Yes, score=8.2 required=7.0\r\n\ttests=DRUG_ED_CAPS,RDNS_NONE\r\n" + PLAIN
    )


def test_below_the_limit_only_the_points_are_told():
    assert marked(PLAIN, points="6.9", alert="Beware") == (
        b"X-Spam-Status: No, score=6.9 required=7.0\r\n\ttests=DRUG_ED_CAPS,RDNS_NONE\r\n" + PLAIN
    )


def test_at_the_limit_it_is_spam():
    assert Marking(LIMIT, LIMIT).is_spam


@pytest.mark.parametrize(
    "forged",
    [
        b"X-Spam-Status: No, score=-100\r\n\t(really)\r\n",
        b"x-spam-flag : NO\r\n",
        b"X-SPAM: no\r\n",
        b"X-Spam-Prev-Subject: Hello\r\n",
    ],
)
@pytest.mark.parametrize("points", ["8.2", "0.0"])
def test_what_a_stranger_wrote_there_is_not_believed(forged, points):
    assert marked(forged + PLAIN, points=points) == marked(PLAIN, points=points)


def test_a_subject_that_is_missing_is_made():
    assert read(marked(b"From: e@far.example\r\n\r\nBuy!\r\n"))["Subject"] == "*****SPAM*****"


@pytest.mark.parametrize(
    "subject", ["Cheap", "=?utf-8?q?=C3=89t=C3=A9?=", "=?utf-8?b?w4l0w6k=?= x"]
)
@pytest.mark.parametrize("marker", ["[SPAM]", "☢ Pourriel", "☢" * 60])
def test_markers_of_any_script_are_read_with_one_blank(subject, marker):
    message = PLAIN.replace(b"Cheap", subject.encode())

    copy = marked(message, marker=marker)

    assert copy.isascii()
    assert max(map(len, copy.split(b"\r\n"))) < 200
    assert read(copy)["Subject"] == f"{marker} {read(message)['Subject']}"


def test_the_alert_stands_before_the_text_and_attachments_are_untouched():
    attachment = b"AAECAwQF\r\n"
    body = b"--b\r\n\r\nHello\r\n--b\r\nContent-Type: image/png\r\n\r\n" + attachment + b"--b--\r\n"
    kind = b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n\tboundary="b"\r\n'

    copy = marked(kind + b"Subject: x\r\n\r\n" + body, alert="Méfiez-vous\nde ceci")

    alert, inside = read(copy).iter_parts()
    assert alert.get_content() == "Méfiez-vous\r\nde ceci\r\n"
    assert inside.get_boundary() == "b"
    assert kind + b"\r\n" + body in copy


@pytest.mark.parametrize(
    "message",
    [
        b'Content-Type: multipart/signed; protocol="x"; boundary="b"\r\n\r\n--b\r\n',
        b"content-type:\r\n multipart/encrypted; boundary=b\r\n\r\n--b\r\n",
        b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nMII\r\n",
        b"Subject: x\r\n\r\nHi\r\n-----BEGIN PGP MESSAGE-----\r\n",
        b"Subject: x\r\n\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\n",
    ],
)
def test_what_is_signed_or_encrypted_keeps_its_body(message):
    copy = marked(message, alert="Beware")

    assert copy.startswith(b"X-Spam-Flag: YES")
    assert copy.partition(b"\r\n\r\n")[2] == message.partition(b"\r\n\r\n")[2]


def test_a_text_without_a_header_stays_a_text():
    assert marked(b"\r\nJust text\r\n").endswith(b"Subject: *****SPAM*****\r\n\r\nJust text\r\n")


@given(
    head=st.binary(max_size=300),
    body=st.binary(max_size=300),
    alert=st.text(max_size=50),
    marker=st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60),
)
@example(head=b"Subject: a\r\nContent-Type: text/plain", body=b"", alert="x", marker="é")
@example(head=b"Subject", body=b"\r\n", alert="x", marker="x")
def test_nothing_a_stranger_sends_breaks_it(head, body, alert, marker):
    copy = marked(head + b"\r\n\r\n" + body, marker=marker, alert=alert)

    assert copy.startswith(b"X-Spam-Flag: YES\r\n")
    assert read(copy)["X-Spam-Flag"] == "YES"
    if body.strip(b"\r\n"):
        assert body in copy


@given(
    text=st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=80),
    alert=st.sampled_from(["", "Beware", "Méfiance\nici"]),
    marker=st.sampled_from(["", "*****SPAM*****", "☢"]),
    kind=st.sampled_from([b"", b"Content-Type: text/html\r\nContent-Language: fr\r\n"]),
)
def test_the_filter_learns_from_what_came_not_from_our_marks(text, alert, marker, kind):
    subject = f"Subject: {text.strip()}\r\n".encode()
    message = b"From: e@far.example\r\n" + subject + kind + b"\r\n" + text.encode() + b"\r\n"

    assert original(marked(message, alert=alert, marker=marker)) == message


def test_what_was_never_marked_is_its_own_original():
    assert original(PLAIN) == PLAIN


@pytest.mark.parametrize(
    "hostile",
    [
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 10_000,
        b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
            for n in range(100)
        ),
        b"Subject: =?nonsense?q?=FF?= \xff\xfe\r\nContent-Type: text/plain; charset=\xff\r\n\r\n",
        b"X-Spam-A: b\r\n" * 100_000 + b"\r\nx\r\n",
        b"Subject:" + b"\r\n x" * 500_000 + b"\r\n\r\nx\r\n",
        b"\r\n" * 500_000,
        b"x" * 5_000_000,
        b"-----BEGIN PG" * 500_000,
    ],
    ids=["10,000 parts", "100 levels", "charsets", "fields", "folds", "blank", "line", "armour"],
)
def test_hostile_messages_cost_no_more_than_their_length(hostile):
    tracemalloc.start()
    begun = time.process_time()

    copy = marked(hostile, alert="Beware")
    seconds = time.process_time() - begun
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert len(copy) < 2 * len(hostile) + 2000
    assert seconds < 3
    assert most < 10 * len(hostile) + 50_000_000
