"""The next host by SMTP, over connections that are kept open."""

from __future__ import annotations

from collections.abc import Sequence

from delivery.words import Reply
from mailaccounts.smtp.connection import Broken, Login, Patience
from mailaccounts.smtp.pool import Pool

_TOO_MANY_RECIPIENTS = 452  # RFC 5321 section 4.5.3.1.10


class SmtpRelay:
    """Hands mail to one host, in as few transactions as that allows."""

    def __init__(
        self,
        host: str,
        port: int,
        patience: Patience | None = None,
        *,
        login: Login | None = None,
    ) -> None:
        self._pool = Pool(host, port, patience or Patience(), login=login)

    def send(
        self, sender: str, targets: Sequence[str], message: Sequence[bytes], *, smtputf8: bool
    ) -> list[Reply]:
        """Send it in as few transactions as the next host allows."""
        replies: dict[str, Reply] = {}
        left = list(targets)
        while left:
            try:
                some = self._pool.send(sender, left, message, smtputf8=smtputf8)
            except Broken as error:
                some = [Reply(451, "4.4.1", f"The next host: {error}")] * len(left)
            replies |= dict(zip(left, some, strict=True))
            too_many = [
                target
                for target, reply in zip(left, some, strict=True)
                if reply.code == _TOO_MANY_RECIPIENTS
            ]
            left = too_many if len(too_many) < len(left) else []
        return [replies[target] for target in targets]

    def close(self) -> None:
        self._pool.close()
