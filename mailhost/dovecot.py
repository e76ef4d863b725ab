"""Dovecot in its two forms: with mailboxes, or checking passwords for the Postfix beside it."""

from __future__ import annotations

from pathlib import Path

from mailhost import machines

DOVECOT = "/usr/sbin/dovecot"


def form() -> str:
    """Which of the two files its configuration includes."""
    return "mailboxes" if machines.runs("dovecot") else "passwords"


def command(folder: Path) -> list[str]:
    """How it is called; its master stays in the foreground."""
    return [DOVECOT, "-F", "-c", f"{folder}/dovecot/etc/dovecot.conf"]


def preparation(folder: Path) -> list[str]:
    """What compiles all Sieve scripts of a Dovecot with mailboxes."""
    etc = f"{folder}/dovecot/etc"
    return ["sievec", "-c", f"{etc}/dovecot.conf", etc] if form() == "mailboxes" else []
