"""One request by HTTP or HTTPS, in which nothing is believed or followed."""

from __future__ import annotations

import socket
import ssl
from http.client import HTTPConnection

from cryptography import x509

PATIENCE = 20.0  # seconds


def ask(
    port: int,
    path: str,
    *,
    method: str = "GET",
    name: str = "localhost",
    tls: bool = True,
    fields: dict[str, str] | None = None,
    body: str | None = None,
    source: str = "127.0.0.1",
) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of what the host called `name` answers on this machine."""
    connection = HTTPConnection(name, timeout=PATIENCE)
    connection.sock = connected = _connect(port, source)
    try:
        if tls:
            connection.sock = trusting().wrap_socket(connected, server_hostname=name)
        method = "POST" if body is not None else method
        connection.request(method, path, body=body, headers=fields or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode(errors="replace")
    finally:
        connection.close()
        connected.close()


def certificate(port: int, name: str) -> x509.Certificate:
    """What the server at a port that speaks TLS from the first octet shows."""
    with _connect(port) as plain, trusting().wrap_socket(plain, server_hostname=name) as secure:
        shown = secure.getpeercert(binary_form=True)
    assert shown is not None
    return x509.load_der_x509_certificate(shown)


def trusting() -> ssl.SSLContext:
    """Asks nobody for a certificate: that it is the right one is the matter of other tests."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _connect(port: int, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), PATIENCE, source_address=(source, 0))
