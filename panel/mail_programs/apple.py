"""Apple's configuration profile, for iPhone, iPad and Mac.

The format: https://developer.apple.com/documentation/devicemanagement/mail
"""

from __future__ import annotations

import logging
import plistlib
import uuid
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7
from django.conf import settings
from django.utils.translation import gettext as _

from panel.mail_programs.doors import Door, Doors

CONTENT_TYPE = "application/x-apple-aspen-config"
logger = logging.getLogger(__name__)

_KINDS = {"imap": "EmailTypeIMAP", "pop3": "EmailTypePOP"}


def profile(address: str, doors: Doors) -> bytes:
    """The profile of this address, signed where there is a certificate.

    There is no password in it: the device asks for it.
    """
    said = _said(address, doors)
    content = plistlib.dumps(
        {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": _identifier(address),
            "PayloadUUID": _uuid(address, "profile"),
            "PayloadDisplayName": f"{settings.PROVIDER_NAME}: {address}",
            "PayloadDescription": _("Sets Mail up for %(address)s.") % {"address": address},
            "PayloadOrganization": settings.PROVIDER_NAME,
            "PayloadContent": [said],
        }
    )
    return _signed(content)


def _said(address: str, doors: Doors) -> dict[str, Any]:
    incoming, outgoing = doors.incoming[0], doors.outgoing
    assert outgoing is not None  # noqa: S101 - for the type checker: the doors are open
    return {
        "PayloadType": "com.apple.mail.managed",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{_identifier(address)}.mail",
        "PayloadUUID": _uuid(address, "mail"),
        "PayloadDisplayName": address,
        "EmailAccountDescription": address,
        "EmailAccountType": _KINDS[incoming.protocol],
        "EmailAddress": address,
        **_server("Incoming", incoming, address),
        **_server("Outgoing", outgoing, address),
        "OutgoingPasswordSameAsIncomingPassword": True,
    }


def _server(direction: str, door: Door, address: str) -> dict[str, Any]:
    return {
        f"{direction}MailServerHostName": door.host,
        f"{direction}MailServerPortNumber": door.port,
        f"{direction}MailServerUseSSL": True,  # the device finds out whether by STARTTLS
        f"{direction}MailServerAuthentication": "EmailAuthPassword",
        f"{direction}MailServerUsername": address,
    }


def _identifier(address: str) -> str:
    """Reverse domain name; the same each time, so that a newer profile takes an older one's place.

    RFC 5321 leaves signs in a local part that are none in an identifier.
    """
    local_part, _at, domain = address.rpartition("@")
    return f"{'.'.join(reversed(domain.split('.')))}.pigeonnier.{local_part.encode().hex()}"


def _uuid(address: str, part: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{address}#{part}")).upper()


def _signed(content: bytes) -> bytes:
    """As CMS (RFC 5652), the content inside; as it is where no certificate is named."""
    if not settings.PROFILE_CERTIFICATE or not settings.PROFILE_KEY:
        return content
    try:
        own, *chain = x509.load_pem_x509_certificates(
            Path(settings.PROFILE_CERTIFICATE).read_bytes()
        )
        key: Any = serialization.load_pem_private_key(Path(settings.PROFILE_KEY).read_bytes(), None)
        builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
        builder = builder.add_signer(own, key, hashes.SHA256())
        for certificate in chain:
            builder = builder.add_certificate(certificate)
        return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    except (OSError, ValueError, TypeError) as error:  # TypeError: a key with a password
        logger.error("Configuration profiles are not signed: %s", error)
        return content
