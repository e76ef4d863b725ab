"""Every rule of etiquette with its source, and messages of real systems. Proves G45."""

import pytest

from autoresponder.etiquette import RULES, Incoming, silence
from delivery.message import Message
from tests.autoresponder.samples import (
    BULK,
    CALENDAR,
    ITSELF,
    LIST,
    NO_PERSON,
    NOT_ADDRESSED,
    PROGRAM,
    QUIET,
    REPORT,
    SAMPLES,
)

OWN = frozenset({"alice@example.com", "info@example.com"})
CANNOT = "Its sender’s address cannot be answered."
C = "c@far.example"
TO = "To: alice@example.com\r\n"

# The law, rule by rule: its section, an envelope sender, fields, and what the owner reads.
TABLE = [
    ("RFC 3834 section 2: null reverse path", "", TO, REPORT),
    ("RFC 3834 section 4: nowhere to send to", "carol", TO, CANNOT),
    ("RFC 3834 section 4: nowhere to send to", "@far.example", TO, CANNOT),
    ("RFC 5321 section 4.5.3.1: too long", "a" * 330 + "@far.example", TO, CANNOT),
    ("RFC 5321 section 4.1.2: not in brackets", "a>b@far.example", TO, CANNOT),
    ("RFC 3834 section 5: auto-generated", C, TO + "Auto-Submitted: auto-generated", PROGRAM),
    ("RFC 3834 section 5: auto-replied", C, TO + "auto-submitted:AUTO-REPLIED", PROGRAM),
    (
        "RFC 3834 section 5: auto-notified (RFC 5436)",
        C,
        TO + "Auto-Submitted: auto-notified; owner-email=x",
        PROGRAM,
    ),
    ("RFC 3834 section 5: an extension", C, TO + "Auto-Submitted: vendor-thing", PROGRAM),
    ("RFC 3834 section 5: empty", C, TO + "Auto-Submitted:", PROGRAM),
    (
        "RFC 3834 section 5: one of two",
        C,
        TO + "Auto-Submitted: no\r\nAuto-Submitted: auto-replied",
        PROGRAM,
    ),
    ("RFC 3834 section 5: no", C, TO + "Auto-Submitted: No", ""),
    ("RFC 3834 section 5: no, with a comment", C, TO + "Auto-Submitted: no (a person)", ""),
    *(
        (f"RFC 2369, RFC 5230 section 4.6: {name}", C, f"{TO}{name}: <x>", LIST)
        for name in (
            "List-Help",
            "List-Subscribe",
            "List-Unsubscribe",
            "List-Post",
            "List-Owner",
            "List-Archive",
        )
    ),
    ("RFC 2919: List-Id", C, TO + "LIST-ID: x", LIST),
    ("any List- field", C, TO + "List-Unsubscribe-Post: x", LIST),
    *(
        (f"RFC 3834 section 2: Precedence {value}", C, f"{TO}Precedence: {value}", BULK)
        for value in ("bulk", "LIST", "junk", "auto_reply")
    ),
    ("Precedence of a person", C, TO + "Precedence: first-class", ""),
    *(
        (f"MS-OXCMAIL: {value}", C, f"{TO}X-Auto-Response-Suppress: {value}", QUIET)
        for value in ("OOF", "AutoReply", "All", "DR,OOF", "dr, autoreply")
    ),
    ("MS-OXCMAIL: of receipts alone", C, TO + "X-Auto-Response-Suppress: DR, RN, NRN", ""),
    *(
        (f"RFC 5230 section 4.6: {name}", f"{name}@far.example", TO, NO_PERSON)
        for name in (
            "MAILER-DAEMON",
            "listserv",
            "majordomo",
            "owner-club",
            "club-owner",
            "club-request",
            "noreply",
            "no-reply",
            "NoReply-77",
            "donotreply",
            "do-not-reply",
            "ne-pas-repondre",
            "nepasrepondre.7",
            "noreponse",
            "pas_de_reponse",
            "bounce",
            "bounces-7",
        )
    ),
    *(
        (f"a person: {name}", f"{name}@far.example", TO, "")
        for name in (
            "owner",
            "request",
            "reply",
            "nobody",
            "norbert",
            "bouncer",
            "postmaster",
            "reponse",
        )
    ),
    ("RFC 3834 section 2: from itself", "Alice@Example.com", TO, ITSELF),
    ("RFC 3834 section 2: from its alias", "info+x@example.com", TO, ITSELF),
    ("RFC 3834 section 2: from itself by From", C, TO + "From: alice@example.com", ITSELF),
    ("RFC 6522: a report", C, TO + "Content-Type: multipart/report; boundary=x", REPORT),
    ("RFC 5546: an answer", C, TO + "Content-Type: text/calendar; method=REPLY", CALENDAR),
    (
        "RFC 5546: a counter-proposal",
        C,
        TO + 'Content-Type: text/calendar;\r\n x=y; METHOD="COUNTER"',
        CALENDAR,
    ),
    ("RFC 5546: a request", C, TO + "Content-Type: text/calendar; method=REQUEST", ""),
    ("RFC 5230 section 4.5: nowhere", C, "", NOT_ADDRESSED),
    ("RFC 5230 section 4.5: Bcc is not To", C, "Bcc: alice@example.com", NOT_ADDRESSED),
    ("RFC 5230 section 4.5: To", C, "To: <Alice@EXAMPLE.com>", ""),
    ("RFC 5230 section 4.5: Cc", C, 'Cc: x@y.example, "info"@example.com', ""),
    ("RFC 5230 section 4.5: Resent-To", C, "Resent-To: alice@example.com", ""),
    ("RFC 5230 section 4.5: Resent-Cc", C, "Resent-Cc: alice@example.com", ""),
]


def why_not(message: bytes, sender: str) -> str:
    reason = silence(Incoming(Message(message), sender, OWN))
    return str(reason) if reason else ""


@pytest.mark.parametrize(
    ("sender", "fields", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_every_rule(sender, fields, expected):
    message = f"{fields.rstrip()}\r\nSubject: x\r\n\r\nHi.\r\n".lstrip()

    assert why_not(message.encode(), sender) == expected


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_what_real_systems_send(sample):
    assert why_not(sample.message, sample.sender) == sample.why_not


def test_every_rule_has_a_source_and_is_in_the_table():
    assert all(rule.source for rule in RULES)
    assert {rule.because for rule in RULES} == {row[3] for row in TABLE} - {""}


def test_the_text_of_a_message_is_not_its_header():
    assert why_not(TO.encode() + b"\r\nList-Id: x\r\nPrecedence: bulk\r\n", C) == ""


@pytest.mark.parametrize(
    "field",
    [
        b"To: " + b"a" * 250_000,
        b"To: " + b'"' * 250_000,
        b"To: " + b"@" * 250_000,
        b"To: " + b"a@" * 125_000,
        b"Content-Type: " + b"text/calendar" * 19_000,
        b"To: " + b"x@y.example, " * 19_000,
    ],
    ids=["long", "quotes", "ats", "pairs", "calendars", "many"],
)
def test_hostile_fields_cost_little(field, hurry):
    message = field + b"\r\n\r\nHi.\r\n"

    with hurry(2):
        assert why_not(message, C) == NOT_ADDRESSED


@pytest.mark.parametrize(
    ("field", "sender"),
    [
        ("To: alice@example.com\x00", C),
        ("To: alice@ex\udcffample.com, alice@example.com", "c\udcff@far.example"),
    ],
)
def test_odd_octets_raise_nothing(field, sender):
    message = f"{field}\r\n\r\n".encode(errors="surrogateescape")

    assert why_not(message, sender) in ("", CANNOT, NOT_ADDRESSED)
