"""A steady flow of mail as another mail server sends it, and somebody who looks at Home."""

from __future__ import annotations

import re
import smtplib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.mailhost.by_https import ask
from tests.make import PASSWORD

SENDERS = 6
AGAIN_AFTER = 1.0  # seconds, until what was not acknowledged is sent again
PATIENCE = 30.0
BODY = "The quick brown fox jumps over the lazy dog.\r\n" * 100


@dataclass
class Sent:
    """What the other mail server knows: accepted and refused, by mark, and what it sent again."""

    accepted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    again: int = 0

    def of(self, *kinds: str) -> set[str]:
        """The accepted messages to these kinds of accounts."""
        return {mark for mark in self.accepted if mark.split("-")[1] in kinds}


class Flow:
    """So many messages a second, to accounts of each kind in turn; marks begin with `name`."""

    def __init__(self, port: int, name: str, kinds: Sequence[str], rate: float) -> None:
        self.port, self.name, self.kinds, self.rate = port, name, kinds, rate
        self.sent = Sent()
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._number = 0
        self._threads = [threading.Thread(target=self._send_all) for _ in range(SENDERS)]

    def start(self) -> None:
        self._started = time.monotonic()
        for thread in self._threads:
            thread.start()

    def stop(self) -> Sent:
        """Send nothing new; what is on its way is sent until it is acknowledged or refused."""
        self._ending.set()
        for thread in self._threads:
            thread.join()
        return self.sent

    def _send_all(self) -> None:
        while not self._ending.is_set():
            with self._lock:
                number, self._number = self._number, self._number + 1
            pause = self._started + number / self.rate - time.monotonic()
            if pause > 0 and self._ending.wait(pause):
                return
            self._send(number)

    def _send(self, number: int) -> None:
        kind = self.kinds[number % len(self.kinds)]
        mark = f"{self.name}-{kind}-{number}"
        recipient = f"{kind}{number // len(self.kinds) % 10}@host.example"
        fields = f"From: a@far.example\r\nTo: {recipient}\r\nMessage-ID: <{mark}@far.example>\r\n"
        content = f"{fields}Subject: {mark}\r\n\r\n{BODY}"
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", self.port, timeout=PATIENCE) as server:
                    server.sendmail("a@far.example", [recipient], content)
            except (OSError, smtplib.SMTPException) as error:
                if _is_for_good(error):
                    self.sent.refused.append(f"{mark}: {error}")
                    return
                self.sent.again += 1
                time.sleep(AGAIN_AFTER)
            else:
                self.sent.accepted.append(mark)
                return


def _is_for_good(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


class Pages:
    """An owner who opens Home once a second."""

    def __init__(self, host: Any) -> None:
        self.port = host.ports["PANEL_PORT"]
        self.cookie = self._log_in()

    def _log_in(self) -> str:
        _status, fields, page = ask(self.port, "/login")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        password = PASSWORD.replace(" ", "+")
        form = f"login=kept0@host.example&password={password}&csrfmiddlewaretoken={token[1]}"
        given = {
            "Cookie": fields["Set-Cookie"].partition(";")[0],
            "Referer": f"https://localhost:{self.port}/login",
            "Content-Type": "application/x-www-form-urlencoded",
            "Host": f"localhost:{self.port}",
        }
        status, fields, _page = ask(self.port, "/login", body=form, fields=given)
        assert status == 302, status
        return next(
            part.strip().partition(";")[0]
            for part in re.split(r",(?=\s*__Host)", fields["Set-Cookie"])
            if "pigeonnier" in part
        )

    def begin(self) -> None:
        self.asked = self.answered = self.banners = 0
        self.slowest = 0.0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def end(self) -> None:
        self._ending.set()
        self._thread.join()

    def _look(self) -> None:
        """A page that says what cannot be reached counts as answered; a closed door does not."""
        while not self._ending.wait(1.0):
            self.asked += 1
            started = time.monotonic()
            try:
                status, _fields, page = ask(self.port, "/", fields={"Cookie": self.cookie})
            except OSError:
                continue
            self.slowest = max(self.slowest, time.monotonic() - started)
            self.answered += status in (200, 503)
            # What warns on Home, or the page that speaks in place of the database.
            self.banners += status == 503 or 'class="notice warn"' in page
