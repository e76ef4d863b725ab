"""The forms of the Mailbox screens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST_AGO = 36_500  # days


class MailboxForm(forms.Form):
    """Whether mail is kept."""

    enabled = forms.BooleanField(
        label=_("Mailbox"),
        required=False,
        help_text=_("Receives and keeps mail, which mail programs then fetch."),
    )


class EmptyMailboxForm(forms.Form):
    """Which messages are to be deleted; afterwards `days` is a number, or `None` for all."""

    OLDER, ALL = "older", "all"

    which = forms.ChoiceField(
        label=_("Delete"),
        choices=[(OLDER, _("Old messages")), (ALL, _("All messages"))],
        initial=OLDER,
        widget=forms.RadioSelect,
    )
    days = forms.IntegerField(
        label=_("Older than, in days"),
        required=False,
        min_value=1,
        max_value=LONGEST_AGO,
        initial=365,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
        help_text=_("Counted from when a message arrived here. Only for old messages."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("which") == self.ALL:
            self.errors.pop("days", None)
            cleaned["days"] = None
        elif cleaned.get("days") is None and "days" not in self.errors:
            self.add_error("days", ValidationError(_("Enter a number of days."), code="required"))
        return cleaned


class ConfirmEmptyingForm(forms.Form):
    """Messages that were received before the moment that the confirmation page counted for."""

    before = forms.CharField(max_length=40)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_before(self) -> datetime:
        try:
            before = datetime.fromisoformat(self.cleaned_data["before"])
        except ValueError:
            raise ValidationError("No such moment.") from None
        if before.tzinfo is None or before > self.now:
            raise ValidationError("Nobody has counted for this moment.")
        return before
