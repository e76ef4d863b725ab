"""Outlook's question and its answer in plain old XML ([MS-OXDSCLI], POX)."""

from __future__ import annotations

from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring
from xml.parsers import expat

from panel.mail_programs.doors import Door, Doors

SIZE_LIMIT = 10_000  # octets of a question, which is about 300 long
_ANSWER = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
_OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
# Error codes of the protocol
NOT_FOUND, INVALID, NO_PROVIDER = 500, 600, 601
_SAYS = {
    NOT_FOUND: "The email address can’t be found.",
    INVALID: "Invalid request",
    NO_PROVIDER: "Provider is not available",
}


class Refused(Exception):
    """The question cannot be answered; `code` says why."""

    def __init__(self, code: int) -> None:
        super().__init__(_SAYS[code])
        self.code = code


def address_asked_for(question: bytes) -> str:
    """What stands in `EMailAddress`. Errors: `Refused`.

    Strangers write this: entities and every other declaration of a document type are refused.
    """
    if len(question) > SIZE_LIMIT:
        raise Refused(INVALID)
    found = _texts(question)
    if found.get("AcceptableResponseSchema", _OUTLOOK) != _OUTLOOK:
        raise Refused(NO_PROVIDER)
    if not found.get("EMailAddress"):
        raise Refused(INVALID)
    return found["EMailAddress"]


def answer(address: str, doors: Doors) -> bytes:
    """The servers, for the account of this address."""
    root, response = _response(_OUTLOOK)
    account = SubElement(response, "Account")
    _add(account, "AccountType", "email")
    _add(account, "Action", "settings")
    for door in doors.all:
        _describe(SubElement(account, "Protocol"), door, address)
    return _written(root)


def refusal(refused: Refused, now: datetime) -> bytes:
    """The protocol's own way to say no; it comes with the status 200."""
    root, response = _response(_ANSWER)
    error = SubElement(response, "Error", Time=f"{now:%H:%M:%S.%f}", Id="0")
    _add(error, "ErrorCode", str(refused.code))
    _add(error, "Message", str(refused))
    SubElement(error, "DebugData")
    return _written(root)


def _describe(protocol: Element, door: Door, address: str) -> None:
    _add(protocol, "Type", door.name)
    _add(protocol, "Server", door.host)
    _add(protocol, "Port", str(door.port))
    _add(protocol, "LoginName", address)
    _add(protocol, "DomainRequired", "off")
    _add(protocol, "SPA", "off")
    _add(protocol, "SSL", "on")
    _add(protocol, "Encryption", "SSL" if door.tls else "TLS")
    _add(protocol, "AuthRequired", "on")
    if door.protocol == "smtp":
        _add(protocol, "UsePOPAuth", "on")
        _add(protocol, "SMTPLast", "off")


def _response(schema: str) -> tuple[Element, Element]:
    root = Element("Autodiscover", xmlns=_ANSWER)
    return root, SubElement(root, "Response", xmlns=schema)


def _written(root: Element) -> bytes:
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _texts(question: bytes) -> dict[str, str]:
    """The text of each element by its name, whatever the namespace; of several the first."""
    found: dict[str, str] = {}
    inside: list[tuple[str, list[str]]] = []

    def begin(name: str, _attributes: dict[str, str]) -> None:
        inside.append((name.rpartition(" ")[2], []))

    def text(part: str) -> None:
        if inside:
            inside[-1][1].append(part)

    def end(_name: str) -> None:
        name, parts = inside.pop()
        found.setdefault(name, "".join(parts).strip())

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(question, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # the last two: its encoding
        raise Refused(INVALID) from error
    return found


def _no_document_type(*_said: object) -> None:
    raise Refused(INVALID)
