"""What came of a training, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spamfilter.models import TrainingJob


def outcome(job: TrainingJob) -> str:
    """How many messages the filter has learned, knew already, could not find or could not read."""
    known = job.done - job.news - job.gone - job.failed
    parts = [_learned(job)] if job.news or not known else []
    if known:
        parts.append(_known(job, known))
    if job.gone:
        parts.append(
            ngettext(
                "%(number)d message was not there any more.",
                "%(number)d messages were not there any more.",
                job.gone,
            )
            % {"number": job.gone}
        )
    if job.failed:
        parts.append(
            ngettext(
                "%(number)d message could not be read by the filter.",
                "%(number)d messages could not be read by the filter.",
                job.failed,
            )
            % {"number": job.failed}
        )
    if job.done < job.total:
        parts.append(_("Then it was stopped."))
    return " ".join(parts)


def _learned(job: TrainingJob) -> str:
    if job.kind == TrainingJob.Kind.SPAM:
        text = ngettext(
            "%(number)d message learned as spam.",
            "%(number)d messages learned as spam.",
            job.news,
        )
    elif job.kind == TrainingJob.Kind.HAM:
        text = ngettext(
            "%(number)d message learned as not spam.",
            "%(number)d messages learned as not spam.",
            job.news,
        )
    else:
        text = ngettext("%(number)d message forgotten.", "%(number)d messages forgotten.", job.news)
    return text % {"number": job.news}


def _known(job: TrainingJob, number: int) -> str:
    if job.kind == TrainingJob.Kind.FORGET:
        text = ngettext(
            "Of %(number)d message nothing was known.",
            "Of %(number)d messages nothing was known.",
            number,
        )
    else:
        text = ngettext(
            "%(number)d message was known as that already.",
            "%(number)d messages were known as that already.",
            number,
        )
    return text % {"number": number}
