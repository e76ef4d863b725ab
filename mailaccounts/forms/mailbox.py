"""The forms of the Mailbox screens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from mailaccounts.models import MailAccount, Service
from mailaccounts.services import service_names

LONGEST_AGO = 36_500  # days


class MailboxForm(forms.Form):
    """Whether mail is kept, and what is done with it before, as far as the plan grants that."""

    enabled = forms.BooleanField(
        label=_("Mailbox"),
        required=False,
        help_text=_("Receives and keeps mail, which mail programs then fetch."),
    )

    def __init__(self, *args: Any, account: MailAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["enabled"] = account.mailbox.enabled
        self.services = {
            name: service
            for name in service_names()
            if (service := getattr(account, name)).mailbox_label and _is_granted(account, service)
        }
        for name, service in self.services.items():
            field = forms.BooleanField(label=service.mailbox_label, required=False)
            field.help_text = service.hindrance() or _("Only while the mailbox is on.")
            field.disabled = bool(service.hindrance()) and not service.enabled
            self.fields[name] = field
            self.initial[name] = service.enabled

    def clean(self) -> dict[str, Any]:
        """Refuse to switch on what needs a mailbox, without one."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.services:
            if cleaned[name] and name in self.changed_data and not cleaned["enabled"]:
                self.add_error(name, ValidationError(_("Needs the mailbox."), code="mailbox"))
        return cleaned

    def switches(self) -> list[BoundField]:
        """The fields of the services."""
        return [self[name] for name in self.services]

    def save_services(self) -> None:
        """Switch those that were changed."""
        for name, service in self.services.items():
            if name in self.changed_data:
                service.switch(on=self.cleaned_data[name])


def _is_granted(account: MailAccount, service: Service) -> bool:
    meta = service._meta
    return all(account.has_perm(f"{meta.app_label}.{name}") for name, _label in meta.permissions)


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
