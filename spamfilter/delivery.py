"""The steps of the antivirus and the spam filter; see `delivery.steps`."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_noop

from delivery.words import (
    Delete,
    Delivery,
    Mark,
    Note,
    Omit,
    Quarantine,
    Reason,
    Refuse,
    Reply,
    Rewrite,
    SpamScore,
    Unknown,
)
from mailaccounts.store import INBOX, JUNK
from spamfilter.marking import Marking, without_forgeries
from spamfilter.models import SpamFilter

_LATER = Reply(451, "4.7.1", "This message cannot be scanned now, try again later")


def stop_viruses(delivery: Delivery) -> Delivery:
    """Nothing infected reaches a mailbox or leaves this host."""
    virus = delivery.findings.virus
    if isinstance(virus, Unknown):
        return _unscanned(delivery, virus, None, must_wait=settings.CLAMD_REQUIRED)
    if not virus:
        return delivery
    because = Reason(gettext_noop("It carries a virus: %(virus)s."), {"virus": virus})
    return delivery.stop(Quarantine(because, virus))


def stop_spam(delivery: Delivery) -> Delivery:
    """Delete, or mark and keep, what scores as high as the owner's limit."""
    spam = delivery.findings.spam
    if spam is None:
        return delivery
    if isinstance(spam, Unknown):
        return _unscanned(delivery, spam, without_forgeries, must_wait=settings.SPAMD_REQUIRED)
    wanted = delivery.account.spam_filter
    marking = _marking(spam, wanted)
    params = {"points": str(spam.points), "limit": str(wanted.required_score)}
    if not marking.is_spam:
        because = gettext_noop("Not spam: %(points)s points, the limit is %(limit)s.")
        return delivery.then(Note(Reason(because, params), marking))
    because = gettext_noop("Spam: %(points)s points, the limit is %(limit)s.")
    if wanted.deletes:
        return delivery.stop(Delete(Reason(because, params)))
    folder = JUNK if wanted.folder == SpamFilter.Folder.JUNK else INBOX
    return delivery.then(Mark(Reason(because, params), marking, folder))


def _unscanned(
    delivery: Delivery, unknown: Unknown, rewrite: Rewrite | None, *, must_wait: bool
) -> Delivery:
    if unknown.is_for_now and must_wait:
        return delivery.stop(Refuse(_LATER, unknown.because))
    return delivery.then(Omit(unknown.because, rewrite))


def _marking(spam: SpamScore, wanted: SpamFilter) -> Marking:
    return Marking(
        points=spam.points,
        limit=wanted.required_score,
        tests=tuple(rule.name for rule in spam.rules),
        marker=wanted.marker if wanted.modify_subject else "",
        alert=wanted.alert_text.strip(),
    )
