"""What is said when everything runs: addresses, and in a terminal logins and how to send mail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from mailhost import machines

SENDER = "someone@elsewhere.example"


@dataclass(frozen=True)
class Place:
    """What there is beside the panel: servers by name, and where the demo's logins stand."""

    servers: Sequence[tuple[str, int]]
    logins: Path
    webmail: str = ""


def lines(place: Place) -> list[str]:
    """The lines, without prefix."""
    address = settings.MAIL_HOST if settings.PRODUCTION else "127.0.0.1"
    addresses = [
        *(_panel() if machines.runs("panel") else []),
        *([f"Webmail    {place.webmail}"] if place.webmail else []),
        *(f"{name:<10} {address}:{port}" for name, port in place.servers),
        f"Data       {settings.VAR}",
    ]
    if settings.PRODUCTION:  # nobody sits before a live host, whose lines go into a log
        return addresses
    file = place.logins
    logins = json.loads(file.read_text()) if file.exists() else []
    return [
        "",
        *addresses,
        *_logins(logins, str(file)),
        *(_test_message(logins) if machines.runs("postfix") else []),
        "Ctrl-C ends everything; the data stays.",
    ]


def _panel() -> list[str]:
    if settings.PRODUCTION:
        return [f"Panel      {settings.PANEL_URL}"]
    return [
        f"Panel      https://localhost:{settings.PANEL_PORT}",
        "           (your browser does not know its certificate yet, and asks once)",
    ]


def _logins(logins: list[dict[str, str]], file: str) -> list[str]:
    if not logins:
        return [""]
    width = max(len(login["address"]) for login in logins)
    return [
        "",
        f"Demo logins (also in {file}):",
        *(
            f"  {login['address']:<{width}}  {login['password']}  {login['shows']}"
            for login in logins
        ),
        "",
    ]


def _test_message(logins: list[dict[str, str]]) -> list[str]:
    recipient = logins[0]["address"] if logins else "you@example.com"
    port = settings.SMTP_PORT
    # With the time in it: the same message again would be known as the same, and not kept twice.
    text = "'Subject: Hello at ' + time.ctime() + '\\r\\n\\r\\nHello!\\r\\n'"
    call = f"sendmail('{SENDER}', '{recipient}', {text})"
    return [
        "Send a test message:",
        f"  swaks --server 127.0.0.1:{port} --from {SENDER} --to {recipient}",
        "or, where there is no swaks:",
        f"  python3 -c \"import smtplib, time; smtplib.SMTP('127.0.0.1', {port}).{call}\"",
        "",
    ]
