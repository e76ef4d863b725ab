"""The engine: what the edge asks, from its event loop, about recipients and messages."""

from __future__ import annotations

from delivery.words import Envelope, Reply


class Engine:
    """Looks recipients up and delivers messages; every answer is a reply for the client."""

    def start(self) -> None:
        """Begin; called in the process and the event loop that will use it, after any fork."""

    async def stop(self) -> None:
        """Finish what was begun and let go of all connections."""

    async def look_up(self, recipients: list[str]) -> list[Reply]:
        """At RCPT time: whether mail to each is accepted (250, 4xx or 5xx). Never raises."""
        raise NotImplementedError

    async def deliver(
        self, envelope: Envelope, recipients: list[str], message: bytes
    ) -> list[Reply]:
        """One reply for each recipient, when all is on disk or refused. Never raises.

        `message` is what the client sent, dot-stuffing undone; the edge's own `Received:` field
        comes in `envelope.trace`.
        """
        raise NotImplementedError
