"""What must not stand in the log, whoever writes it."""

from __future__ import annotations

import logging
import re

# Whoever reads the address of a one-time link can use it.
_LINK = re.compile(r"(/password/)[\w-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class SafeLine(logging.Filter):
    """Makes one line of every message, so that no stranger can forge one, and hides secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = _LINK.sub(r"\1…", " ".join(record.getMessage().split()))
        record.msg = _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)
        record.args = ()
        return True


class TroubleAlone(logging.Filter):
    """Lets warnings and errors through, whatever level a program gives to its logger."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING
