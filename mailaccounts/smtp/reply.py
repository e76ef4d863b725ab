"""What an SMTP or LMTP server says."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REPLY = re.compile(r"([2-5]\d\d)(?: ([245]\.\d{1,3}\.\d{1,3})\b)?(?: |$)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Reply:
    """One reply to the client: `250 2.1.5 Delivered`."""

    code: int
    enhanced: str
    text: str

    @classmethod
    def parse(cls, text: str) -> Reply:
        """Read what a host said; without an enhanced code (RFC 3463) the plainest one stands in."""
        match = _REPLY.match(text)
        if match is None:
            return cls(451, "4.5.0", text)
        code, enhanced, rest = match.groups()
        return cls(int(code), enhanced or f"{code[0]}.0.0", rest)

    def __str__(self) -> str:
        return f"{self.code} {self.enhanced} {self.text}"

    @property
    def is_success(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_for_now(self) -> bool:
        """Whether the same may succeed later."""
        return 400 <= self.code < 500
