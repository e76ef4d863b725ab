"""Patterns of mail addresses as SpamAssassin reads them, and what may be in one.

`*` stands for anything, `?` for any one character; letter case does not matter. `*@d` does not
reach the domains below `d`: that is `*@*.d`. Stored is lower case, domains in their ASCII form.
"""

import re

import idna
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mailaccounts.addresses import ADDRESS_OCTETS

# Also the pattern of the database's constraints and of the view that SpamAssassin reads, so in the
# dialect that all understand. What could end a line, begin a comment or be a second address in a
# configuration is not in it.
_LOCAL_PART = r"[a-z0-9*?._+=~!$%&'/^`{|}-]+"
_DOMAIN = r"[a-z0-9*?.-]+"
PATTERN = rf"^{_LOCAL_PART}@{_DOMAIN}$"

_WILD = re.compile(r"[*?]")


def normalise(text: str) -> str:
    """The stored form of a pattern; `ValidationError` when it is not one.

    A domain alone, with or without its `@`, means every address in it.
    """
    text = text.strip()
    local_part, _at, domain = text.rpartition("@")
    pattern = f"{(local_part or '*').lower()}@{_ascii_domain(domain)}"
    if len(pattern) > ADDRESS_OCTETS:
        raise ValidationError(
            _("The pattern is longer than %(limit)d characters."),
            code="length",
            params={"limit": ADDRESS_OCTETS},
        )
    if not re.fullmatch(PATTERN, pattern):
        raise ValidationError(
            _("Enter an address or a pattern such as *@spammers.net."), code="pattern"
        )
    return pattern


def _ascii_domain(text: str) -> str:
    """Each label by itself: one with a wildcard stays as it is."""
    if text.isascii():
        return text.lower()
    try:
        return ".".join(
            label.lower() if _WILD.search(label) else idna.encode(label, uts46=True).decode()
            for label in text.split(".")
        )
    except UnicodeError:
        return ""


def readable(pattern: str) -> str:
    """A pattern as people read it, its domain in Unicode."""
    local_part, at, domain = pattern.rpartition("@")
    labels = (_unicode_label(label) for label in domain.split("."))
    return f"{local_part}{at}{'.'.join(labels)}"


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except UnicodeError:
        return label
