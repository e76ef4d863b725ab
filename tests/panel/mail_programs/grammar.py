"""Published formats of documents, written down as what may follow what, and who judges by them."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

# https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat
MOZILLA = {
    "clientConfig": "emailProvider ",
    "emailProvider": "(domain )+displayName displayShortName (incomingServer )+(outgoingServer )+"
    "(documentation )*(enable )?(instruction )*",
    "incomingServer": "hostname port socketType username authentication ",
    "outgoingServer": "hostname port socketType username authentication ",
    "documentation": "(descr )*",
}
MOZILLA_TEXTS = {
    "domain": r"[a-z0-9.-]+",
    "displayName": r".+",
    "displayShortName": r".+",
    "hostname": r"[a-z0-9.-]+",
    "port": r"\d{1,5}",
    "socketType": r"plain|SSL|STARTTLS",
    "username": r"%EMAILADDRESS%|%EMAILLOCALPART%|%EMAILDOMAIN%",
    "authentication": r"password-cleartext|password-encrypted|NTLM|GSSAPI|client-IP-address"
    r"|TLS-client-cert|OAuth2|none",
    "descr": r".+",
}
MOZILLA_ATTRIBUTES = {
    "clientConfig": {"version": r"1\.1"},
    "emailProvider": {"id": r"[a-z0-9.-]+"},
    "incomingServer": {"type": "imap|pop3"},
    "outgoingServer": {"type": "smtp"},
    "documentation": {"url": r"https://\S+"},
    "descr": {"lang": r"[a-z]{2}(-[A-Za-z]+)?"},
}

# [MS-OXDSCLI] 2.2.4, and the order in which its pages list the children of Protocol (POX)
_ANSWER = "{http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006}"
_OUTLOOK = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}"
_SWITCH = "on|off"
OUTLOOK = {
    f"{_ANSWER}Autodiscover": f"({re.escape(_OUTLOOK)}Response |Response )",
    f"{_OUTLOOK}Response": "(User )?Account ",
    f"{_OUTLOOK}Account": "AccountType Action (Protocol )+",
    f"{_OUTLOOK}Protocol": "Type (TTL )?Server Port LoginName DomainRequired (DomainName )?SPA SSL"
    " (Encryption )?AuthRequired (UsePOPAuth )?(SMTPLast )?",
    f"{_ANSWER}Response": "Error ",
    f"{_ANSWER}Error": "ErrorCode Message DebugData ",
}
OUTLOOK_TEXTS = {
    f"{_OUTLOOK}AccountType": "email",
    f"{_OUTLOOK}Action": "settings",
    f"{_OUTLOOK}Type": "IMAP|POP3|SMTP",
    f"{_OUTLOOK}Server": r"[a-z0-9.-]+",
    f"{_OUTLOOK}Port": r"\d{1,5}",
    f"{_OUTLOOK}LoginName": r"\S+",
    **dict.fromkeys(
        f"{_OUTLOOK}{name}"
        for name in ("DomainRequired", "SPA", "SSL", "AuthRequired", "UsePOPAuth", "SMTPLast")
    ),
    f"{_OUTLOOK}Encryption": "None|SSL|TLS|Auto",
    f"{_ANSWER}ErrorCode": r"\d+",
    f"{_ANSWER}Message": r".+",
    f"{_ANSWER}DebugData": "",
}
OUTLOOK_TEXTS |= {name: _SWITCH for name, pattern in OUTLOOK_TEXTS.items() if pattern is None}
OUTLOOK_ATTRIBUTES = {f"{_ANSWER}Error": {"Time": r"\d\d:\d\d:\d\d\.\d+", "Id": r"\d+"}}


def faults(
    element: Element,
    children: dict[str, str],
    texts: dict[str, str],
    attributes: dict[str, dict[str, str]],
) -> list[str]:
    """What is not as the format has it, in this element and all within it."""
    found = []
    own = element.tag.rpartition("}")[0]
    if element.tag in children:
        names = "".join(
            f"{child.tag.removeprefix(own + '}') if own else child.tag} " for child in element
        )
        if not re.fullmatch(children[element.tag], names):
            found.append(f"{element.tag} has {names}")
    elif element.tag in texts:
        if len(element) or not re.fullmatch(texts[element.tag], element.text or ""):
            found.append(f"{element.tag} says {element.text}")
    else:
        found.append(f"{element.tag} is unknown")
    wanted = attributes.get(element.tag, {})
    if set(wanted) != set(element.attrib) or not all(
        re.fullmatch(wanted[name], value) for name, value in element.attrib.items()
    ):
        found.append(f"{element.tag} has {element.attrib}")
    for child in element:
        found += faults(child, children, texts, attributes)
    return found
