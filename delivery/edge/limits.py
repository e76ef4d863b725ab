"""How much of everything one client may ask for."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Limits:
    """Octets, numbers, and seconds."""

    message: int = 50_000_000
    # RFC 5321 asks for 512; parameters and SMTPUTF8 addresses need more.
    line: int = 2048
    recipients: int = 1000
    connections: int = 200
    errors: int = 20
    # All messages that are being received or delivered in this process.
    in_flight: int = 150_000_000
    command_seconds: float = 300
    data_seconds: float = 180
    message_seconds: float = 1800
    session_seconds: float = 3600
    stop_seconds: float = 7


def from_settings() -> Limits:
    """The limits that the provider has set."""
    return Limits(
        message=settings.MESSAGE_SIZE_LIMIT,
        recipients=settings.RECIPIENT_LIMIT,
        connections=settings.DELIVERY_CONNECTIONS,
        in_flight=max(3 * settings.MESSAGE_SIZE_LIMIT, 50_000_000),
    )


class Budget:
    """Octets of message that may be in memory at once; every taker gives back what it took."""

    def __init__(self, octets: int) -> None:
        self.left = octets

    def take(self, octets: int) -> bool:
        """False, and nothing taken, when there is not as much left."""
        if octets > self.left:
            return False
        self.left -= octets
        return True

    def give(self, octets: int) -> None:
        self.left += octets
