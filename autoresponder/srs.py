"""Senders that this host has rewritten when it sent mail on (SRS), and who they were before.

postsrsd rewrites the envelope sender of redirected mail. When such mail comes to an account of ours
the answer is for the first sender. Whoever knows the form could write any address into it, so the
hash is checked, which only this host can make.
"""

from __future__ import annotations

import base64
import hmac
import re
from datetime import datetime

from django.conf import settings

_DAYS = 1024  # the time stamp has ten bits
_LIFETIME = 21  # days, as postsrsd has it
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SRS0 = re.compile(r"SRS0[-+=]([^=]+)=([^=]{2})=([^=]+)=(.+)", re.IGNORECASE)
_SRS1 = re.compile(r"SRS1[-+=]([^=]+)=([^=]+)=([-+=].+)", re.IGNORECASE)


def undone(sender: str, now: datetime) -> str:
    """The sender as it was before this host rewrote it; any other sender as it stands."""
    local_part, _, domain = sender.rpartition("@")
    if not settings.SRS_SECRETS or domain.lower() != settings.SRS_DOMAIN.lower():
        return sender
    if match := _SRS0.fullmatch(local_part):
        told, stamp, host, user = match.groups()
        if _is_ours(told, stamp + host + user) and _is_recent(stamp, now):
            return f"{user}@{host}"
    elif match := _SRS1.fullmatch(local_part):  # another host had rewritten it before us
        told, host, rest = match.groups()
        if _is_ours(told, host + rest):
            return f"SRS0{rest}@{host}"
    return sender


def _is_ours(told: str, text: str) -> bool:
    """Whether one of our secrets made it; beside the newest, those before it are still good."""
    return len(told) >= 4 and any(_made(secret, text, told) for secret in settings.SRS_SECRETS)


def _made(secret: str, text: str, told: str) -> bool:
    # SHA-1 because that is what postsrsd makes; the four characters are the weaker part anyway.
    digest = hmac.new(secret.encode(), text.lower().encode(), "sha1").digest()
    made = base64.b64encode(digest).decode()[: len(told)]
    # Hosts on the way may have changed the letter case.
    return hmac.compare_digest(made.lower().encode(), told.lower().encode())


def _is_recent(stamp: str, now: datetime) -> bool:
    high, low = (_BASE32.find(letter) for letter in stamp.upper())
    if high < 0 or low < 0:
        return False
    today = int(now.timestamp()) // 86400
    return (today - (high * 32 + low)) % _DAYS <= _LIFETIME
