"""One autoresponder: when it answers, with what, and how often."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from autoresponder.models.attachment import Attachment
from autoresponder.models.auto_reply import AutoReply
from mailaccounts import addresses

NAME_LENGTH = 100
SUBJECT_LENGTH = 200
WORDS_LENGTH = 2000
TEXT_LENGTH = 50_000
MOST_ANSWERS_A_DAY = 1000
MOST_STORED = 1_000_000

_COMPLETE = _("Enter a complete address, such as name@example.com.")


class Autoresponder(models.Model):
    """Answers what its request matches, within its dates and limits.

    `words` is one request on each line, any of which is enough. `subject` and `return_address` may
    be empty: then the incoming subject and the address that was written to stand in. `answers`
    counts all it has ever sent, `stored` the addresses it remembers now.
    """

    class Request(models.TextChoices):
        ALWAYS = "always", _("Always respond")
        SUBJECT = "subject", _("When one of these words is in the subject")
        TEXT = "text", _("When one of these words is in the text")

    class Format(models.TextChoices):
        PLAIN = "plain", _("Plain text")
        HTML = "html", _("HTML")

    service = models.ForeignKey(AutoReply, models.CASCADE, related_name="autoresponders")
    name = models.CharField(_("autoresponder name"), max_length=NAME_LENGTH)
    enabled = models.BooleanField(_("on"), default=True)
    request = models.CharField(
        _("request"), max_length=8, choices=Request.choices, default=Request.ALWAYS
    )
    words = models.TextField(_("words"), max_length=WORDS_LENGTH, blank=True)
    subject = models.CharField(_("answer with subject"), max_length=SUBJECT_LENGTH, blank=True)
    return_address = models.CharField(
        _("return address"), max_length=addresses.ADDRESS_OCTETS, blank=True
    )
    text = models.TextField(_("answer with text"), max_length=TEXT_LENGTH)
    format = models.CharField(
        _("text format"), max_length=8, choices=Format.choices, default=Format.PLAIN
    )
    attachments = models.ManyToManyField(
        Attachment, blank=True, related_name="autoresponders", verbose_name=_("attachment files")
    )
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("until"), null=True, blank=True)
    answers_a_day = models.PositiveIntegerField(
        _("answers a day to one address, at most"), default=10
    )
    stored_limit = models.PositiveIntegerField(_("store up to"), default=1000)
    forward_to = models.CharField(_("forward to"), max_length=addresses.ADDRESS_OCTETS, blank=True)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    # The files attached, where delivery has read them beforehand.
    file_ids: list[int] | None = None

    answers = models.PositiveBigIntegerField(_("answers"), default=0, editable=False)
    stored = models.PositiveIntegerField(_("stored addresses"), default=0, editable=False)

    class Meta:
        verbose_name = _("autoresponder")
        verbose_name_plural = _("autoresponders")
        ordering = ["name", "pk"]
        # The code of each names the field beside which its message stands.
        constraints = [
            models.CheckConstraint(
                name="autoresponder_needs_words",
                violation_error_code="words",
                condition=models.Q(request="always") | models.Q(words__regex=r"\S"),
                violation_error_message=_("Enter the words that are looked for."),
            ),
            models.CheckConstraint(
                name="autoresponder_dates_are_in_order",
                violation_error_code="ends",
                # A date that is not there is no condition.
                condition=models.Q(starts__lte=models.F("ends")),
                violation_error_message=_("The end is before the beginning."),
            ),
            models.CheckConstraint(
                name="autoresponder_answers_a_day",
                violation_error_code="answers_a_day",
                condition=models.Q(answers_a_day__range=(1, MOST_ANSWERS_A_DAY)),
                violation_error_message=_("Enter a number from 1 to 1,000."),
            ),
            models.CheckConstraint(
                name="autoresponder_stored_limit",
                violation_error_code="stored_limit",
                condition=models.Q(stored_limit__range=(1, MOST_STORED)),
                violation_error_message=_("Enter a number from 1 to 1,000,000."),
            ),
            models.CheckConstraint(
                name="autoresponder_return_address_is_well_formed",
                violation_error_code="return_address",
                condition=models.Q(return_address="")
                | models.Q(return_address__regex=addresses.ADDRESS),
                violation_error_message=_COMPLETE,
            ),
            models.CheckConstraint(
                name="autoresponder_forward_to_is_well_formed",
                violation_error_code="forward_to",
                condition=models.Q(forward_to="") | models.Q(forward_to__regex=addresses.ADDRESS),
                violation_error_message=_COMPLETE,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_due(self, day: date) -> bool:
        """Whether the day is within its dates, both included."""
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day <= self.ends
        )

    @property
    def word_list(self) -> list[str]:
        """What is looked for, one entry for each line."""
        return [line for line in map(str.strip, self.words.splitlines()) if line]
