"""Messages in an English mailbox, newest first: what really arrives, the odd ones included."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

from panel.demo.letters import letter, pdf, png, raw

ME = "anna@dovecote.example"
PROVIDER = ("Your provider", "postmaster@dovecote.example")
BEN = ("Ben Miller", "ben@dovecote.example")
SHOP = ("The Garden Shop", "news@garden-shop.example")


def english_messages(now: datetime) -> list[bytes]:
    written = [_welcome, _minutes, _newsletter, _invitation, _answer, _list, _forwarded]
    messages = [make(now - timedelta(days=2 * i, hours=i)) for i, make in enumerate(written)]
    return [bytes(message) for message in messages] + _odd_ones(now - timedelta(days=20))


def _welcome(when: datetime) -> EmailMessage:
    text = (
        "Hello Anna,\n\nthis mailbox is yours. In the control panel you switch its services on and"
        " off:\nthe redirect, the mail group and more to come.\n\nYour provider\n"
    )
    return letter("Welcome to your mailbox", PROVIDER, ME, when, text)


def _minutes(when: datetime) -> EmailMessage:
    message = letter(
        "Minutes of Tuesday’s meeting", BEN, ME, when, "Hi Anna,\n\nattached.\n\nBen\n"
    )
    message.add_attachment(
        pdf("Minutes of the meeting"), maintype="application", subtype="pdf", filename="minutes.pdf"
    )
    message.add_attachment(
        "name;hours\r\nAnna;4\r\nBen;6\r\n", subtype="csv", filename="hours – November.csv"
    )
    return message


def _newsletter(when: datetime) -> EmailMessage:
    message = letter("Tulips, 30 % off until Sunday 🌷", SHOP, ME, when, "Tulips are 30 % off.\n")
    message["List-Unsubscribe"] = "<https://garden-shop.example/unsubscribe>"
    message["Precedence"] = "bulk"
    message.add_alternative(
        '<h1>Tulips</h1><p><img src="cid:tulip" alt="A red square"> are <b>30&nbsp;% off</b>.</p>',
        subtype="html",
    )
    html = message.get_payload()[1]  # type: ignore[index]
    html.add_related(png(190, 40, 60), "image", "png", cid="<tulip>")  # type: ignore[union-attr]
    return message


def _invitation(when: datetime) -> EmailMessage:
    message = letter("Invitation: lunch", BEN, ME, when, "Lunch on Friday at noon?\n")
    day = (when + timedelta(days=3)).strftime("%Y%m%d")
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//demo//EN", "METHOD:REQUEST"),
        *("BEGIN:VEVENT", "UID:lunch@dovecote.example", f"DTSTAMP:{day}T080000Z"),
        *(f"DTSTART:{day}T110000Z", f"DTEND:{day}T120000Z", "SUMMARY:Lunch"),
        *(f"ORGANIZER:mailto:{BEN[1]}", f"ATTENDEE;RSVP=TRUE:mailto:{ME}"),
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    message.add_alternative("\r\n".join(lines), subtype="calendar", params={"method": "REQUEST"})
    return message


def _answer(when: datetime) -> EmailMessage:
    text = "Agreed, thank you! \nUntil tomorrow.\n\n> Shall we move the pigeons \n> to the tower?\n"
    message = letter("Re: The tower", BEN, ME, when)
    message["In-Reply-To"] = message["References"] = "<tower.1@dovecote.example>"
    message.set_content(text, params={"format": "flowed"})
    return message


def _list(when: datetime) -> EmailMessage:
    sender = ("Pigeon fanciers", "fanciers@lists.example")
    text = "Which seed do you use in winter?\n-- \nfanciers mailing list\n"
    message = letter("[fanciers] Winter seed", sender, ME, when, text)
    message.replace_header("To", "fanciers@lists.example")
    message["List-Id"] = "Pigeon fanciers <fanciers.lists.example>"
    message["List-Post"] = "<mailto:fanciers@lists.example>"
    return message


def _forwarded(when: datetime) -> EmailMessage:
    inner = letter("The old tower", BEN, "ben@elsewhere.example", when, "Look what I found.\n")
    message = letter("Fwd: The old tower", BEN, ME, when, "See below.\n")
    message.add_attachment(inner)
    return message


def _odd_ones(when: datetime) -> list[bytes]:
    """Other alphabets, headers that are missing, and bytes that nobody declared."""
    japanese = "鳩舎からこんにちは。\n".encode("iso-2022-jp")
    russian = "Привет из голубятни!\n".encode("koi8-r")
    return [
        _bounce(when),
        raw(
            b"=?iso-2022-jp?B?GyRCSDc8SyRLJEQkJCRGGyhC?=",
            b"Yuki <yuki@elsewhere.example>",
            when,
            b"MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-2022-jp\n\n" + japanese,
        ),
        raw(
            b"=?koi8-r?B?7s/Xz9PUyQ==?=",
            b"=?koi8-r?B?6dfBzg==?= <ivan@elsewhere.example>",
            when - timedelta(days=3),
            b"MIME-Version: 1.0\nContent-Type: text/plain; charset=koi8-r\n"
            b"Content-Transfer-Encoding: 8bit\n\n" + russian,
        ),
        raw(
            b"Menu du caf\xe9",  # Latin-1 that is declared nowhere
            b"menu@cafe.example",
            when - timedelta(days=5),
            b"\nCr\xe8me br\xfbl\xe9e, 6 \x80\n",
        ),
        b"From: scanner@office.example\r\n\r\nNo subject, no date, no recipient.\r\n",
    ]


def _bounce(when: datetime) -> bytes:
    """What a server answers that knows no such address (RFC 3464)."""
    return raw(
        b"Undelivered mail returned to sender",
        b"Mail Delivery System <mailer-daemon@elsewhere.example>",
        when,
        b"To: anna@dovecote.example\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"\n\n'
        b"--cut\n\nYour message could not be delivered: there is no such address.\n\n"
        b"--cut\nContent-Type: message/delivery-status\n\n"
        b"Reporting-MTA: dns; elsewhere.example\n\n"
        b"Final-Recipient: rfc822; nobody@elsewhere.example\nAction: failed\nStatus: 5.1.1\n\n"
        b"--cut--\n",
    )
