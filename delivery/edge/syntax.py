"""What a line of SMTP says (RFC 5321 section 4.1), or the reply that says what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from delivery.words import Reply

_PATH_OCTETS = 256
_LOCAL_PART_OCTETS = 64

_ARGUMENT = re.compile(
    r"(?P<which>FROM|TO):[ ]*<(?P<path>(?:\"(?:\\.|[^\"\\])*\"|[^<>\"])*)>(?P<rest>.*)",
    re.IGNORECASE,
)
_ROUTE = re.compile(r"^@[^:@\s]+(?:,@[^:@\s]+)*:")
_ADDRESS = re.compile(
    r"(?P<local>\"(?:\\[\x20-\x7e]|[^\"\\])+\"|[^\s\"()<>\[\]:;,\\@]+)"
    r"(?:@(?P<domain>\[[0-9A-Za-z.:-]+\]|[^\s\"()<>\[\]:;,\\@]+))?"
)
_DOT_ATOM = re.compile(r"[^\s\"()<>\[\]:;,\\@.]+(?:\.[^\s\"()<>\[\]:;,\\@.]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HELLO = re.compile(r"[!-~]{1,255}")


class Refused(Exception):
    """The line cannot be obeyed; `reply` says why."""

    def __init__(self, code: int, enhanced: str, text: str) -> None:
        super().__init__(text)
        self.reply = Reply(code, enhanced, text)


@dataclass(frozen=True)
class Mail:
    """MAIL FROM with its parameters."""

    sender: str
    size: int = 0
    smtputf8: bool = False


def command(line: bytes) -> tuple[str, str]:
    """The command's word in upper case, and the rest of its line."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise Refused(500, "5.5.2", "Neither ASCII nor UTF-8") from None
    if _CONTROL.search(text.replace("\t", " ")):
        raise Refused(500, "5.5.2", "Control character in a command")
    word, _, rest = text.partition(" ")
    return word.upper(), rest.strip()


def hello(argument: str) -> str:
    """The name that the client gives itself: printable ASCII without spaces."""
    if not _HELLO.fullmatch(argument):
        raise Refused(501, "5.5.4", "Say who you are: one name in ASCII")
    return argument


def mail(argument: str) -> Mail:
    """`FROM:<address> SIZE=… BODY=… SMTPUTF8`; the empty address is the null sender."""
    path, parameters = _path("FROM", argument)
    size, smtputf8 = 0, False
    for name, value in parameters:
        if name == "SIZE" and re.fullmatch(r"[0-9]{1,20}", value):
            size = int(value)
        elif name == "SMTPUTF8" and not value:
            smtputf8 = True
        elif name in ("SIZE", "SMTPUTF8") or (
            name == "BODY" and value.upper() not in ("7BIT", "8BITMIME")
        ):
            raise Refused(501, "5.5.4", f"Bad value of {name}")
        elif name != "BODY":
            raise Refused(555, "5.5.4", "Parameter not recognised")
    return Mail(_address(path, "5.1.7", smtputf8) if path else "", size, smtputf8)


def recipient(argument: str, *, smtputf8: bool) -> str:
    """`TO:<address>`; no parameter is known."""
    path, parameters = _path("TO", argument)
    if parameters:
        raise Refused(555, "5.5.4", "Parameter not recognised")
    return _address(path, "5.1.3", smtputf8)


def _path(which: str, argument: str) -> tuple[str, list[tuple[str, str]]]:
    found = _ARGUMENT.fullmatch(argument)
    if not found or found["which"].upper() != which or found["rest"][:1] not in ("", " "):
        raise Refused(
            501, "5.5.2", f"Syntax: {'MAIL' if which == 'FROM' else 'RCPT'} {which}:<address>"
        )
    split = (word.partition("=") for word in found["rest"].split())
    return _ROUTE.sub("", found["path"], count=1), [
        (name.upper(), value) for name, _, value in split
    ]


def _address(path: str, enhanced: str, smtputf8: bool) -> str:
    found = _ADDRESS.fullmatch(path)
    if not found:
        raise Refused(501, enhanced, "Bad address syntax")
    if not path.isascii() and not smtputf8:
        raise Refused(553, "5.6.7", "An address beyond ASCII needs SMTPUTF8")
    local_part = _unquoted(found["local"])
    if len(local_part.encode()) > _LOCAL_PART_OCTETS or len(path.encode()) > _PATH_OCTETS:
        raise Refused(501, enhanced, "Address too long")
    return f"{local_part}@{found['domain']}" if found["domain"] else local_part


def _unquoted(local_part: str) -> str:
    """`"john"` is `john`; quotes that are needed stay."""
    if not local_part.startswith('"'):
        return local_part
    plain = re.sub(r"\\(.)", r"\1", local_part[1:-1])
    return plain if _DOT_ATOM.fullmatch(plain) else local_part
