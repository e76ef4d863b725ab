"""What correspondents get, shown beside the form: written by the same code as the answer itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from autoresponder.composing import Question, Setting, written
from autoresponder.forms.autoresponder import AutoresponderForm
from autoresponder.models import Attachment
from mailaccounts.models import MailAccount

_CORRESPONDENT = "camille.petit@example.com"


@dataclass(frozen=True)
class Preview:
    """An answer. `html` is sanitised and safe to show; empty for plain text."""

    sender: str
    target: str
    reply_to: str
    subject: str
    text: str
    html: str
    files: Sequence[Attachment]


def preview(
    form: AutoresponderForm, account: MailAccount, now: datetime, letter: Question | None = None
) -> Preview:
    """Of what is on the form now, also while it cannot be saved. No letter: a made-up one."""
    one = form.instance
    question = letter or Question(
        _CORRESPONDENT, account.address, _("Minutes of the November meeting"), "<1@example.com>"
    )
    setting = Setting(now, account.auto_reply.zone, account.language, "<preview@localhost>")
    answer = written(one, question, setting)
    reply_to = one.return_address if one.return_address != question.written_to else ""
    return Preview(
        sender=question.written_to,
        target=question.sender,
        reply_to=reply_to,
        subject=answer.subject,
        text=answer.text,
        html=answer.html,
        files=form.attached(),
    )
