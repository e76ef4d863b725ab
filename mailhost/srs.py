"""The secrets with which postsrsd signs the senders under which others' mail is sent on.

The newest signs; those before it are still known for as long as an address that they signed is
good. Of `secrets`, the line SRS_SECRET has the newest, and SRS_OLD_SECRETS those before, each with
the day from which it is forgotten: `SECRET@2026-12-17,SECRET@2026-11-30`. A machine that is told
its secrets by the environment has all of them in SRS_SECRET, with commas.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from mailhost import environment
from mailhost.programs import NotStarted

NEWEST, OLD = "SRS_SECRET", "SRS_OLD_SECRETS"
# postsrsd takes an address for 21 days after that on which it was made.
KEPT = timedelta(days=22)


def usable(lines: Mapping[str, str], today: date) -> tuple[str, ...]:
    """All secrets that are to be known today, the newest first."""
    return (
        *lines[NEWEST].split(","),
        *(secret for secret, until in _old(lines) if today < until),
    )


def renew(file: Path, today: date) -> date:
    """Put a new secret first in the mail host's `secrets`; until when the last one is known."""
    lines = environment.read_lines(file)
    if NEWEST not in lines:
        raise NotStarted(f"There is no mail host whose secrets were {file}.")
    until = today + KEPT
    old = [(secret, until) for secret in lines[NEWEST].split(",")]
    old += [one for one in _old(lines) if today < one[1]]
    lines[NEWEST] = secrets.token_hex(24)
    lines[OLD] = ",".join(f"{secret}@{day.isoformat()}" for secret, day in old)
    environment.write_lines(file, lines)
    return until


def _old(lines: Mapping[str, str]) -> list[tuple[str, date]]:
    pairs = (one.rpartition("@") for one in lines.get(OLD, "").split(",") if one)
    try:
        return [(secret, date.fromisoformat(day)) for secret, _at, day in pairs]
    except ValueError as error:
        raise NotStarted(f"{OLD} is not of the form SECRET@DAY,SECRET@DAY.") from error
