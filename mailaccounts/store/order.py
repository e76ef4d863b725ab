"""The ways in which a list of messages can be sorted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class By(StrEnum):
    """What a list is sorted by; the date is that of arrival."""

    DATE = "date"
    SUBJECT = "subject"
    SENDER = "sender"
    SIZE = "size"


@dataclass(frozen=True)
class Order:
    """In an address it is written `subject`, or `-subject` for backwards.

    Messages that are alike in it are newest first, either way.
    """

    by: By = By.DATE
    backwards: bool = True

    @classmethod
    def of(cls, text: str) -> Order:
        """The order of such a text; newest first for any other."""
        name = text.removeprefix("-")
        return cls(By(name), name != text) if name in set(By) else cls()

    def __str__(self) -> str:
        return f"{'-' if self.backwards else ''}{self.by}"


NEWEST = Order()
