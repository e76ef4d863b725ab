"""One request by TLS, in which nothing is believed or followed."""

from __future__ import annotations

import ssl
from http.client import HTTPSConnection


def ask(
    port: int, path: str, *, method: str = "GET", fields: dict[str, str] | None = None
) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of what the server on this machine answers."""
    connection = HTTPSConnection("127.0.0.1", port, timeout=20, context=trusting())
    try:
        connection.request(method, path, headers=fields or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode(errors="replace")
    finally:
        connection.close()


def trusting() -> ssl.SSLContext:
    """Asks nobody for a certificate: that it is the right one is the matter of other tests."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
