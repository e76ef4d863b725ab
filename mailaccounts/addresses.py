"""Rules for mail addresses: one spelling for each, in the form in which it is stored.

Stored is lower case, the domain in its ASCII form (RFC 5890). Local parts are dot-atoms of RFC 5322
section 3.2.3; quoted local parts are legal and used by nobody, so they are refused with a sentence.
"""

import re
import unicodedata
from functools import lru_cache

import idna
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LOCAL_PART_OCTETS = 64  # RFC 5321 section 4.5.3.1.1
ADDRESS_OCTETS = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets

DOMAIN_OCTETS = 253  # RFC 1035 section 2.3.4, as written
LONGEST_INPUT = 1000  # what is longer is no address in any spelling, and not worth the reading

# Also the patterns of the database's constraints, so in the dialect that both understand.
_NAMED = re.compile(r"[^<>]*<([^<>]+)>\s*")
_PIECE = re.compile(r'(?:"[^"]*"|[^,])+')
# A top-level domain begins with a letter (RFC 1123 section 2.1), so an IP address is no domain.
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = rf"({_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]"
_ATOM = r"[a-z0-9!#$%&'*/=?^_`{|}~+-]+"
_OWN_ATOM = r"[a-z0-9_-]+"
_SHORT = rf"(?=[^@]{{1,{LOCAL_PART_OCTETS}}}@)"
DOMAIN = rf"^{_DOMAIN}$"
LOCAL_PART = rf"{_ATOM}(\.{_ATOM})*"
OWN_LOCAL_PART = rf"{_OWN_ATOM}(\.{_OWN_ATOM})*"
ADDRESS = rf"^{_SHORT}{LOCAL_PART}@{_DOMAIN}$"
OWN_ADDRESS = rf"^{_SHORT}{OWN_LOCAL_PART}@{_DOMAIN}$"


def normalise_domain(text: str) -> str:
    """The stored form of a domain name; `ValidationError` when it is not one."""
    return _ascii_domain(text.strip())


def normalise(text: str) -> str:
    """The stored form of any mail address; `ValidationError` when it is not a complete one."""
    return _normalise(text, LOCAL_PART)


def normalise_own(text: str) -> str:
    """The stored form of an address of this system, in which `+` separates a tag (`user+tag@`)."""
    address = _normalise(text, LOCAL_PART)
    if "+" in address:
        raise ValidationError(
            _("An address here cannot contain +: mail to user+anything already reaches user."),
            code="tag",
        )
    return _normalise(text, OWN_LOCAL_PART)


def _normalise(text: str, pattern: str) -> str:
    local_part, at, domain = text.strip().rpartition("@")
    if not at or not local_part:
        raise ValidationError(
            _("Enter a complete address, such as name@example.com."), code="incomplete"
        )
    if len(local_part) > LOCAL_PART_OCTETS:
        raise ValidationError(
            _("The part before @ is longer than %(limit)d characters."),
            code="local_part_length",
            params={"limit": LOCAL_PART_OCTETS},
        )
    # Before lower(), which makes an ordinary k of the Kelvin sign.
    if not local_part.isascii() or not re.fullmatch(pattern, local_part.lower()):
        raise ValidationError(
            _("The part before @ contains a character that an address cannot have."),
            code="local_part",
        )
    address = f"{local_part.lower()}@{_ascii_domain(domain)}"
    if len(address) > ADDRESS_OCTETS:
        raise ValidationError(
            _("The address is longer than %(limit)d characters."),
            code="address_length",
            params={"limit": ADDRESS_OCTETS},
        )
    return address


@lru_cache(maxsize=1024)  # the same few domains, of every login and recipient
def _ascii_domain(text: str) -> str:
    name = unicodedata.normalize("NFC", text) if len(text) <= LONGEST_INPUT else ""
    try:
        # The mapping also makes dots of the full stops of other scripts, so the root's goes last.
        ascii_name = idna.encode(name, uts46=True).decode().lower().removesuffix(".")
    except UnicodeError:
        ascii_name = ""
    if len(ascii_name) > DOMAIN_OCTETS or not re.fullmatch(DOMAIN, ascii_name):
        raise ValidationError(
            _("Enter a complete domain name, such as example.com."), code="domain"
        )
    return ascii_name


def domain_of(address: str) -> str:
    """What stands after the last `@`."""
    return address.rpartition("@")[2]


def without_tag(address: str) -> str:
    """The account's address of `user+tag@example.com`: `user@example.com`."""
    local_part, at, domain = address.rpartition("@")
    return f"{local_part.partition('+')[0]}{at}{domain}"


def unicode_domain(name: str) -> str:
    """A domain as people read it; as stored where it cannot be shown."""
    if "xn--" not in name:
        return name  # the common case, and lists of addresses are long
    try:
        return idna.decode(name)
    except UnicodeError:
        return name


def readable(address: str) -> str:
    """An address as people read it, its domain in Unicode."""
    local_part, at, domain = address.rpartition("@")
    return f"{local_part}{at}{unicode_domain(domain)}"


def split_list(text: str) -> list[str]:
    """The addresses of a pasted list as they were typed, without the names around them.

    Parted by lines, semicolons, commas outside quotes, or blanks between addresses. A single
    address in angle brackets takes all before it as its name: `Durand, Marie <marie@example.com>`.
    """
    return [
        address
        for line in text.splitlines()
        for entry in line.split(";")
        for piece in _pieces(entry)
        for address in _without_name(piece.strip())
    ]


def _pieces(entry: str) -> list[str]:
    if entry.count("@") == 1 and _NAMED.fullmatch(entry):
        return [entry]
    return _PIECE.findall(entry)


def _without_name(piece: str) -> list[str]:
    named = _NAMED.fullmatch(piece)
    if named and "@" in named[1]:
        return [named[1].strip()]
    words = piece.split()
    return words if all("@" in word for word in words) else [piece]
