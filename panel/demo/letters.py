"""How the demo's messages are put together."""

from __future__ import annotations

import struct
import zlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid


def letter(
    subject: str, sender: tuple[str, str], recipient: str, when: datetime, text: str = ""
) -> EmailMessage:
    """A message with the headers that every message has, and perhaps a text."""
    message = EmailMessage(policy=SMTP)
    name, address = sender
    local_part, _, domain = address.partition("@")
    message["From"] = Address(name, local_part, domain)
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = format_datetime(when)
    message["Message-ID"] = make_msgid(domain=domain)
    if text:
        message.set_content(text)
    return message


def raw(subject: bytes, sender: bytes, when: datetime, rest: bytes) -> bytes:
    """A message that no library would write, as they do come: `rest` is headers and body."""
    date = format_datetime(when).encode()
    head = b"From: %s\r\nSubject: %s\r\nDate: %s\r\n" % (sender, subject, date)
    return head + rest.replace(b"\n", b"\r\n")


def pdf(title: str) -> bytes:
    """A small but real PDF with one line of text."""
    text = f"BT /F1 24 Tf 72 720 Td ({title}) Tj ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    document, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return document + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, len(document))
    )


def png(red: int, green: int, blue: int, side: int = 64) -> bytes:
    """A square of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + bytes((red, green, blue)) * side) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
