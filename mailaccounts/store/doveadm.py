"""Dovecot's administration over HTTP, for the one thing that IMAP cannot ask."""

from __future__ import annotations

import http.client
import json
import ssl
from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass, field

from mailaccounts.store import StoreUnavailable

_PATIENCE = 3.0  # seconds; each account takes about 15 ms
_AT_ONCE = 100
_NOBODY = 68  # sysexits' EX_NOHOST: no connection of this account


@dataclass(frozen=True)
class Doveadm:
    """Where it listens, and the key that lets us in. Without a context for TLS it is plain text."""

    host: str
    port: int
    key: str = field(repr=False)
    tls: ssl.SSLContext | None = None

    def kick(self, addresses: Collection[str]) -> None:
        """End all connections of these accounts. Errors: `StoreUnavailable`."""
        some = list(addresses)
        for start in range(0, len(some), _AT_ONCE):
            self._ask([["kick", {"mask": [one]}, one] for one in some[start : start + _AT_ONCE]])

    def _ask(self, commands: list[list[object]]) -> None:
        connection = self._connection()
        key = b64encode(self.key.encode()).decode()
        headers = {
            "Authorization": f"X-Dovecot-API {key}",
            "Content-Type": "application/json",
        }
        try:
            connection.request("POST", "/doveadm/v1", json.dumps(commands), headers)
            response = connection.getresponse()
            if response.status != http.client.OK:
                raise StoreUnavailable(f"doveadm: {response.status} {response.reason}")
            answers = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise StoreUnavailable(f"doveadm: {error!r}") from error
        finally:
            connection.close()
        refused = [said for kind, said, _tag in answers if kind == "error" and not _is_nobody(said)]
        if refused:
            raise StoreUnavailable(f"doveadm: {refused[0]}")

    def _connection(self) -> http.client.HTTPConnection:
        if self.tls is None:
            return http.client.HTTPConnection(self.host, self.port, timeout=_PATIENCE)
        return http.client.HTTPSConnection(
            self.host, self.port, timeout=_PATIENCE, context=self.tls
        )


def _is_nobody(said: dict[str, object]) -> bool:
    return said.get("exitCode") == _NOBODY
