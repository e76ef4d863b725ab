"""A self-signed certificate, so that the panel speaks TLS from its first minute."""

from __future__ import annotations

import ipaddress
import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = timedelta(days=397)  # the longest that browsers accept
RENEW_BEFORE = timedelta(days=30)


def ensure(folder: Path, now: datetime, address: str = "127.0.0.1") -> tuple[Path, Path]:
    """The certificate and its key in `folder`, for loopback and the address.

    It is made anew when it is missing, about to end, or for another address.
    """
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    if not (certificate.exists() and key.exists() and _is_good(certificate, now, address)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(certificate, key, now, address)
    return certificate, key


def _is_good(file: Path, now: datetime, address: str) -> bool:
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = map(str, names.get_values_for_type(x509.IPAddress))
    return certificate.not_valid_after_utc - RENEW_BEFORE > now and address in addresses


def _names(address: str) -> list[x509.GeneralName]:
    texts = dict.fromkeys(["127.0.0.1", "::1", address])
    addresses = [ipaddress.ip_address(text) for text in texts]
    names = dict.fromkeys(["localhost", socket.gethostname()])
    return [*(x509.DNSName(name) for name in names), *(x509.IPAddress(a) for a in addresses)]


def _make(certificate: Path, key: Path, now: datetime, address: str) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Pigeonnier (self-signed)")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks differ
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName(_names(address)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    key.unlink(missing_ok=True)
    descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(
            private.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
