"""The fake spamd, as one that learns: in which order, and of what it dies."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.spamfilter.fakes import FakeSpamd


@dataclass
class Pupil(FakeSpamd):
    """`order` has who taught what; `is_down` and `poison` make it hang up without an answer."""

    order: list[tuple[str, bytes]] = field(default_factory=list)
    is_down: bool = False
    poison: bytes = b"no message is this"

    @property
    def knows(self) -> dict[str, dict[bytes, str]]:
        """What each account's filter has learned, by the message."""
        known: dict[str, dict[bytes, str]] = {}
        for (user, message), kind in self.learned.items():
            known.setdefault(user, {})[message] = kind
        return known

    def converse(self, question) -> bytes:
        answer = super().converse(question)
        return b"" if self.is_down else answer

    def _tell(self, fields: dict[str, str], user: str, message: bytes) -> bytes:
        if self.is_down or self.poison in message:
            return b""
        self.order.append((user, message))
        return super()._tell(fields, user, message)
