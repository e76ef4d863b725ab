"""What delivery asks clamd and spamd; see `delivery.scanning`."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from delivery.scanning import Known
from delivery.words import Reason, SpamScore, Unknown
from mailaccounts.models import MailAccount
from spamfilter import health
from spamfilter.clamd import TooLarge, clamd
from spamfilter.link import ScannerDown
from spamfilter.spamd import spamd

logger = logging.getLogger(__name__)

# A scanner that kept somebody waiting in vain is not asked again for so many seconds.
_PAUSE = 10.0
_MEGABYTE = 1_000_000

_NO_SPAMD = Unknown(
    Reason(gettext_noop("The spam filter did not answer: not scanned for spam.")), is_for_now=True
)
_NO_CLAMD = Unknown(
    Reason(gettext_noop("The antivirus did not answer: not scanned for viruses.")), is_for_now=True
)


class _Pulse:
    """Whether the scanner is there, as this process last saw it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rests_until = 0.0
        self._was_down = False

    @property
    def rests(self) -> bool:
        return time.monotonic() < self._rests_until

    def failed(self, error: ScannerDown) -> None:
        """Log it, and let the screens say since when."""
        if error.is_silent:
            self._rests_until = time.monotonic() + _PAUSE
        logger.warning("Not scanned: %s", error)
        self._was_down = True
        health.note_down(self._name, timezone.now())

    def answered(self) -> None:
        if self._was_down:
            self._was_down = False
            health.note_up(self._name)


class VirusScanner:
    """Once for each message, whoever it is for."""

    def __init__(self) -> None:
        self._clamd = clamd()
        self._pulse = _Pulse("clamd")

    def wants(self, account: MailAccount) -> bool:
        return self._clamd is not None and account.antivirus.enabled and account.mailbox.enabled

    def look(
        self, message: Sequence[bytes], accounts: Sequence[MailAccount], known: Known
    ) -> Known:
        virus = _NO_CLAMD if self._pulse.rests else self._scan(message)
        return {account.pk: replace(known[account.pk], virus=virus) for account in accounts}

    def _scan(self, message: Sequence[bytes]) -> str | Unknown:
        assert self._clamd is not None  # noqa: S101 - or nobody had wanted it
        try:
            virus = self._clamd.scan(message)
        except TooLarge as error:
            logger.warning("Not scanned: %s", error)
            return Unknown(Reason(gettext_noop("Too large to be scanned for viruses.")))
        except ScannerDown as error:
            self._pulse.failed(error)
            return _NO_CLAMD
        except Exception:
            logger.exception("Scanning for viruses failed")
            return _NO_CLAMD
        self._pulse.answered()
        return virus

    def close(self) -> None:
        """Nothing is kept open."""


class SpamScanner:
    """Once for each account: its own lists and training decide. Several accounts at once."""

    def __init__(self) -> None:
        self._spamd = spamd()
        self._pulse = _Pulse("spamd")
        self._executor = ThreadPoolExecutor(settings.SPAM_SCANS, thread_name_prefix="spamd")

    def wants(self, account: MailAccount) -> bool:
        return self._spamd is not None and account.spam_filter.enabled and account.mailbox.enabled

    def look(
        self, message: Sequence[bytes], accounts: Sequence[MailAccount], known: Known
    ) -> Known:
        # What a virus, or waiting for the antivirus, stops anyway is not scanned.
        some = [account for account in accounts if not _is_stopped(known[account.pk].virus)]
        octets = sum(map(len, message))
        if octets > settings.SPAM_SIZE_LIMIT:
            because = gettext_noop("Larger than %(limit)d MB: not scanned for spam.")
            limit = {"limit": settings.SPAM_SIZE_LIMIT // _MEGABYTE}
            scores: list[SpamScore | Unknown] = [Unknown(Reason(because, limit))] * len(some)
        else:
            scores = self._scores(message, some)
        return {
            account.pk: replace(known[account.pk], spam=score)
            for account, score in zip(some, scores, strict=True)
        }

    def _scores(
        self, message: Sequence[bytes], accounts: Sequence[MailAccount]
    ) -> list[SpamScore | Unknown]:
        """After the first failure nobody else is kept waiting for the same."""
        failures: list[ScannerDown] = []

        def score(account: MailAccount) -> SpamScore | Unknown:
            assert self._spamd is not None  # noqa: S101 - or nobody had wanted it
            if failures or self._pulse.rests:
                return _NO_SPAMD
            try:
                return self._spamd.score(message, user=account.address)
            except ScannerDown as error:
                failures.append(error)
            except Exception:
                logger.exception("Scanning for spam failed")
            return _NO_SPAMD

        scores = list(self._executor.map(score, accounts))
        # Here, not in those threads: they have no connection to the database.
        if failures:
            self._pulse.failed(failures[0])
        elif any(isinstance(score, SpamScore) for score in scores):
            self._pulse.answered()
        return scores

    def close(self) -> None:
        """Let the threads go."""
        self._executor.shutdown()


def _is_stopped(virus: str | Unknown) -> bool:
    if isinstance(virus, Unknown):
        return virus.is_for_now and bool(settings.CLAMD_REQUIRED)
    return bool(virus)
