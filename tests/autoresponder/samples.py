"""Messages as real systems write them, made by hand: who sends, what it looks like, what is right.

`ALICE` is the account, with `info@example.com` as its alias.
"""

from __future__ import annotations

from dataclasses import dataclass

ALICE = "alice@example.com"
PROGRAM = "It was sent by a program."
LIST = "It came over a mailing list, or is a newsletter."
BULK = "It was sent to many at once."
QUIET = "Its sender’s mail program asks for no automatic answer."
NO_PERSON = "Its sender’s address is that of a program or a mailing list."
REPORT = "It is a report on a message, such as a receipt or a failed delivery."
CALENDAR = "It is the answer of a calendar to an invitation."
NOT_ADDRESSED = "None of this account’s addresses stands in To or Cc."
ITSELF = "It comes from an address of this account."


@dataclass(frozen=True)
class Sample:
    """A message, its envelope sender, and why it is not answered; empty where it is."""

    name: str
    sender: str
    header: str
    why_not: str
    body: str = "Hello!"

    @property
    def message(self) -> bytes:
        return f"{self.header.strip()}\n\n{self.body}\n".replace("\n", "\r\n").encode()


SAMPLES = (
    Sample(
        "a person with Thunderbird",
        "carol@far.example",
        """
Message-ID: <9a4f@far.example>
Date: Tue, 24 Nov 2026 10:00:00 +0100
MIME-Version: 1.0
User-Agent: Mozilla Thunderbird
Content-Language: fr
To: alice@example.com
From: Carol <carol@far.example>
Subject: =?UTF-8?Q?Rendez-vous_=C3=A0_10_h?=
Content-Type: text/plain; charset=UTF-8; format=flowed""",
        "",
    ),
    Sample(
        "a person, to an alias in Cc among many",
        "carol@far.example",
        """
From: "Carol, Sales" <carol@far.example>
To: "Bob (the first)" <bob@example.org>, Team: x@example.org, y@example.org;
Cc: "Not alice@example.com" <z@example.org>,
 =?utf-8?q?J=C3=A9r=C3=B4me?= <j@example.org>, INFO@Example.COM
Subject: minutes""",
        "",
    ),
    Sample(
        "a person, resent by another one",
        "dave@far.example",
        """
Resent-From: dave@far.example
Resent-To: alice@example.com
From: carol@far.example
To: dave@far.example
Subject: fyi""",
        "",
    ),
    Sample(
        "a person, to a tagged address",
        "carol@far.example",
        "From: carol@far.example\nTo: alice+shop@example.com\nSubject: x",
        "",
    ),
    Sample(
        "a person, in blind copy",
        "carol@far.example",
        "From: carol@far.example\nTo: undisclosed-recipients:;\nSubject: x",
        NOT_ADDRESSED,
    ),
    Sample(
        "a name that looks like the address",
        "carol@far.example",
        'From: carol@far.example\nTo: "alice@example.com" <bob@example.org>\nSubject: x',
        NOT_ADDRESSED,
    ),
    Sample(
        "an address that only ends like ours",
        "carol@far.example",
        "From: carol@far.example\nTo: malice@example.com, alice@example.com.evil.example",
        NOT_ADDRESSED,
    ),
    Sample(
        "Mailman 3",
        "club-bounces@lists.example",
        """
From: Carol <carol@far.example>
To: alice@example.com
Subject: [Club] Saturday
Precedence: list
List-Id: Our club <club.lists.example>
List-Unsubscribe: <mailto:club-leave@lists.example>
X-Mailman-Version: 3.3.8""",
        LIST,
    ),
    Sample(
        "Mailman 2 with its fields taken away",
        "club-bounces+alice=example.com@lists.example",
        "From: carol@far.example\nTo: alice@example.com\nSubject: [Club] Saturday",
        NO_PERSON,
    ),
    Sample(
        "Google Groups",
        "club+bncBC@googlegroups.example",
        """
From: Carol <carol@far.example>
To: club@googlegroups.example
Cc: alice@example.com
Subject: Saturday
Precedence: list
Mailing-list: list club@googlegroups.example; contact club+owners@googlegroups.example
List-ID: <club.googlegroups.example>
X-Google-Group-Id: 1234""",
        LIST,
    ),
    Sample(
        "LISTSERV",
        "LISTSERV@UNIVERSITY.EXAMPLE",
        "From: LISTSERV@UNIVERSITY.EXAMPLE\nTo: alice@example.com\nSubject: Your command",
        NO_PERSON,
    ),
    Sample(
        "a newsletter",
        "b-77-alice=example.com@mail.shop.example",
        """
From: The Shop <news@shop.example>
To: alice@example.com
Subject: 20 % off
List-Unsubscribe: <https://shop.example/u/77>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
Feedback-ID: 77:shop""",
        LIST,
    ),
    Sample(
        "Exchange, out of office",
        "carol@far.example",
        """
From: Carol <carol@far.example>
To: Alice <alice@example.com>
Subject: Automatic reply: Hello
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
X-MS-Exchange-Inbox-Rules-Loop: carol@far.example
X-MS-TNEF-Correlator:""",
        PROGRAM,
    ),
    Sample(
        "Exchange, a rule that only asks for silence",
        "carol@far.example",
        """
From: carol@far.example
To: alice@example.com
Subject: Read: Hello
X-Auto-Response-Suppress: DR, OOF, AutoReply""",
        QUIET,
    ),
    Sample(
        "Exchange asks for no read receipts; a person wrote it",
        "carol@far.example",
        "From: carol@far.example\nTo: alice@example.com\nX-Auto-Response-Suppress: DR, RN, NRN",
        "",
    ),
    Sample(
        "Gmail, vacation",
        "carol@gmail.example",
        """
From: Carol <carol@gmail.example>
To: alice@example.com
Subject: Away Re: Hello
Precedence: bulk
X-Autoreply: yes
Auto-Submitted: auto-replied""",
        PROGRAM,
    ),
    Sample(
        "vacation of a system that says nothing but X-Autoreply",
        "carol@old.example",
        "From: carol@old.example\nTo: alice@example.com\nX-Autoreply: yes",
        PROGRAM,
    ),
    Sample(
        "Sieve vacation",
        "",
        """
From: carol@far.example
To: alice@example.com
Subject: Auto: Hello
Auto-Submitted: auto-replied (vacation)""",
        REPORT,
    ),
    Sample(
        "Postfix, undelivered",
        "",
        """
From: MAILER-DAEMON@far.example (Mail Delivery System)
To: alice@example.com
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="x\"""",
        REPORT,
    ),
    Sample(
        "an old host, undelivered, under a sender",
        "postmaster@old.example",
        """
From: postmaster@old.example
To: alice@example.com
Subject: failure notice
Content-Type: Multipart/Report; report-type=delivery-status; boundary=x""",
        REPORT,
    ),
    Sample(
        "qmail's daemon",
        "MAILER-DAEMON@old.example",
        "From: MAILER-DAEMON@old.example\nTo: alice@example.com\nSubject: failure notice",
        NO_PERSON,
    ),
    Sample(
        "a read receipt",
        "carol@far.example",
        """
From: carol@far.example
To: alice@example.com
Subject: Read: Hello
Content-Type: multipart/report; report-type=disposition-notification; boundary=x""",
        REPORT,
    ),
    Sample(
        "Google Calendar, accepted",
        "carol@far.example",
        """
From: Carol <carol@far.example>
To: alice@example.com
Subject: Accepted: lunch
Content-Type: multipart/alternative; boundary="b\"""",
        CALENDAR,
        "--b\nContent-Type: text/plain\n\nCarol has accepted.\n"
        "--b\nContent-Type: text/calendar; charset=UTF-8;\n method=REPLY\n\nBEGIN:VCALENDAR\n--b--",
    ),
    Sample(
        "an invitation",
        "carol@far.example",
        """
From: Carol <carol@far.example>
To: alice@example.com
Subject: Invitation: lunch
Content-Type: multipart/alternative; boundary="b\"""",
        "",
        "--b\nContent-Type: text/calendar; charset=UTF-8; method=REQUEST\n\nMETHOD:REQUEST\n--b--",
    ),
    Sample(
        "a ticket system's receipt (RT)",
        "rt@desk.example",
        """
From: "Support" <rt@desk.example>
To: alice@example.com
Subject: [desk #77] AutoReply: Hello
Precedence: bulk
X-RT-Loop-Prevention: desk
RT-Ticket: desk #77""",
        BULK,
    ),
    Sample(
        "a ticket system's receipt (Zendesk)",
        "support@shop.example",
        """
From: Support <support@shop.example>
To: alice@example.com
Subject: [Request received]
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
X-Mailer: Zendesk Mailer""",
        PROGRAM,
    ),
    Sample(
        "a person at a ticket system",
        "support+id77@shop.example",
        "From: Erin <support+id77@shop.example>\nTo: alice@example.com\nAuto-Submitted: no",
        "",
    ),
    Sample(
        "cron",
        "root@host.example",
        "From: root@host.example\nTo: alice@example.com\nAuto-Submitted: auto-generated; x=y",
        PROGRAM,
    ),
    Sample(
        "a shop that takes no answers",
        "bounces-77@mail.shop.example",
        "From: Shop <no-reply@shop.example>\nTo: alice@example.com\nSubject: Your order",
        NO_PERSON,
    ),
    Sample(
        "do-not-reply in From alone",
        "carol@far.example",
        "From: Do Not Reply <DoNotReply-77@shop.example>\nTo: alice@example.com",
        NO_PERSON,
    ),
    Sample(
        "somebody whose name only begins so",
        "nora.replyson@far.example",
        "From: nora.replyson@far.example\nTo: alice@example.com",
        "",
    ),
    Sample(
        "the account itself, from its telephone",
        "alice@example.com",
        "From: alice@example.com\nTo: alice@example.com\nSubject: note to self",
        ITSELF,
    ),
    Sample(
        "the account's alias over another host",
        "alice.private@far.example",
        "From: Alice <INFO+x@example.com>\nTo: alice@example.com\nSubject: note to self",
        ITSELF,
    ),
    Sample(
        "forwarded by another host with its own SRS",
        "SRS0=aBcD=7Q=far.example=carol@forwarder.example",
        "From: carol@far.example\nTo: alice@example.com\nSubject: x",
        "",
    ),
    Sample(
        "our own answer, come back",
        "",
        """
From: alice@example.com
To: carol@far.example
Auto-Submitted: auto-replied
X-Auto-Response-Suppress: All""",
        REPORT,
    ),
    Sample("no header at all", "carol@far.example", "", NOT_ADDRESSED),
)
