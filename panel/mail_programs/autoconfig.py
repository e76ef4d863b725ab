"""Mozilla's document, which Thunderbird, K-9, Evolution, KMail and others fetch.

The format: https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat, version 1.1.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from panel.mail_programs.doors import Door, Doors


def document(domain: str, doors: Doors) -> bytes:
    """The same for all addresses of the domain: the program fills its owner's in."""
    root = Element("clientConfig", version="1.1")
    provider = SubElement(root, "emailProvider", id=domain)
    _add(provider, "domain", domain)
    _add(provider, "displayName", f"{settings.PROVIDER_NAME} ({domain})")
    _add(provider, "displayShortName", settings.PROVIDER_NAME)
    for door in doors.all:
        direction = "outgoingServer" if door.protocol == "smtp" else "incomingServer"
        _describe(SubElement(provider, direction, type=door.protocol), door)
    help_page = settings.PANEL_URL + reverse("help_page", args=["mail_programs"])
    documentation = SubElement(provider, "documentation", url=help_page)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            text = gettext("Setting up a mail program")
        SubElement(documentation, "descr", lang=language).text = text
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _describe(server: Element, door: Door) -> None:
    _add(server, "hostname", door.host)
    _add(server, "port", str(door.port))
    _add(server, "socketType", "SSL" if door.tls else "STARTTLS")
    _add(server, "username", "%EMAILADDRESS%")
    # Within TLS; Mozilla calls every mechanism so that shows the password to the server.
    _add(server, "authentication", "password-cleartext")


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
