"""Client of SpamAssassin's spamd: the protocol SPAMC 1.5, in its few parts that are needed.

aiospamc was tried first: it lives on an event loop, while scanning and teaching here are done by
threads, and it brings three packages with it, one of them for command lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from delivery.words import Rule, SpamScore
from mailaccounts.store import Learned
from spamfilter.link import Patience, Place, ScannerDown, connected

_LONGEST_ANSWER = 256 * 1024
_GLANCE = Patience(connecting=1.0, answering=2.0)
_USER = re.compile(r"[!-~]{1,254}")  # a line of the request
_STATUS = re.compile(r"SPAMD/[\d.]+ (\d+) (.*)")
_SPAM = re.compile(r"(?:True|False|Yes|No) ; (-?\d+(?:\.\d+)?) / -?\d+(?:\.\d+)?")
# The table at the end of a report. What a message says itself stands above it, indented.
_TABLE = re.compile(r"^-{4} -{22} -{20,}\s*$", re.MULTILINE)
_ROW = re.compile(r"^ *(-?\d+(?:\.\d+)?) ([A-Z][A-Z0-9_]*) +(.*)$")
_LONGEST_SAYING = 120


@dataclass(frozen=True)
class _Answer:
    fields: dict[str, str]
    body: str


class Spamd:
    """Each call is one connection. Errors: `ScannerDown`. Used by several threads at once."""

    def __init__(self, place: Place, patience: Patience | None = None) -> None:
        self.place = place
        self._patience = patience or Patience()

    def score(self, message: Sequence[bytes], *, user: str) -> SpamScore:
        """The points of a message, given in pieces, by the preferences and training of `user`."""
        answer = self._ask("REPORT", message, user=user)
        said = _SPAM.fullmatch(answer.fields.get("spam", ""))
        if said is None:
            raise ScannerDown(f"{self.place} gives no points: its log says why.")
        return SpamScore(Decimal(said[1]).quantize(Decimal("0.1")), tuple(_rules(answer.body)))

    def learn(self, message: Sequence[bytes], learned: Learned | None, *, user: str) -> bool:
        """Teach it a message, or with `None` make it forget; whether that was news to it."""
        if learned is None:
            answer = self._ask("TELL", message, "Remove: local", user=user)
            return "didremove" in answer.fields
        # Spelt like that: spamd does not know `Message-Class`.
        told = (f"Message-class: {learned.value}", "Set: local")
        return "didset" in self._ask("TELL", message, *told, user=user).fields

    def ping(self) -> None:
        """Raise `ScannerDown` unless it answers at once."""
        with connected(self.place, _GLANCE) as link:
            link.send([b"PING SPAMC/1.5\r\n\r\n"])
            self._parse(link.read(_LONGEST_ANSWER))

    def _ask(self, verb: str, message: Sequence[bytes], *fields: str, user: str) -> _Answer:
        if not _USER.fullmatch(user):
            raise ValueError(f"Not the name of an account: {user!r}")
        head = [f"{verb} SPAMC/1.5", f"Content-length: {sum(map(len, message))}", f"User: {user}"]
        with connected(self.place, self._patience) as link:
            link.send(["\r\n".join([*head, *fields, "", ""]).encode(), *message])
            link.send_end()
            return self._parse(link.read(_LONGEST_ANSWER))

    def _parse(self, answer: bytes) -> _Answer:
        """Nothing at all comes when a child of spamd died of the message."""
        head, _, body = answer.decode(errors="replace").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        status = _STATUS.fullmatch(first)
        if status is None:
            raise ScannerDown(f"{self.place} hung up without an answer: its log says why.")
        if status[1] != "0":
            raise ScannerDown(f"{self.place} cannot work now ({status[2]}): its log says why.")
        fields = (line.partition(":") for line in lines)
        return _Answer({name.lower(): value.strip() for name, _, value in fields}, body)


def spamd() -> Spamd | None:
    """The one that `SPAMD_URL` names; `None` where there is none."""
    if not settings.SPAMD_URL:
        return None
    return Spamd(Place.parse("SPAMD_URL", settings.SPAMD_URL, "spamd"))


def _rules(report: str) -> list[Rule]:
    *_, table = _TABLE.split(report)
    rules: list[Rule] = []
    for line in table.splitlines():
        if row := _ROW.match(line):
            rules.append(Rule(row[2], Decimal(row[1]), row[3].strip()[:_LONGEST_SAYING]))
        elif rules and line.strip():  # a long saying goes on in the next line
            last = rules[-1]
            says = f"{last.says} {line.strip()}"[:_LONGEST_SAYING]
            rules[-1] = Rule(last.name, last.points, says)
    return rules
