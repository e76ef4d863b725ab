"""The forms of the Spam filter and Antivirus screens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mailaccounts.models import Service
from spamfilter.models import Antivirus, SpamFilter
from spamfilter.models.spam_filter import HIGHEST_SCORE, LOWEST_SCORE

NEEDS_MAILBOX = _("Switch the mailbox on first: what is filtered has to be kept somewhere.")


class SpamFilterForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """What is spam, and what happens to it.

    `server` says how many patterns the provider's lists have, `is_there` whether there is a spamd.
    """

    instance: SpamFilter

    class Meta:
        model = SpamFilter
        fields = [
            "enabled",
            "use_server_settings",
            "required_score",
            "action",
            "folder",
            "modify_subject",
            "marker",
            "alert_text",
        ]
        labels = {"enabled": _("Activate spam filtering")}
        help_texts = {
            "required_score": _(
                "Lower is stricter. The usual value is 7; try 6 when too much spam gets through, 8"
                " when good mail is caught."
            ),
            "action": _(
                "The headers X-Spam-Flag and X-Spam-Status are added to spam that is kept. What is"
                " deleted cannot be brought back."
            ),
            "modify_subject": _("The headers mark it in any case."),
            "marker": _("In front of the subject."),
            "alert_text": _("Put in front of the message text. Leave empty for none."),
        }
        error_messages = {
            "required_score": dict.fromkeys(
                (
                    *("invalid", "min_value", "max_value"),
                    *("max_digits", "max_decimal_places", "max_whole_digits"),
                ),
                _("Enter a number from 0.1 to 99.9."),
            )
        }
        widgets = {
            "required_score": forms.NumberInput(
                attrs={
                    "class": "short",
                    "min": str(LOWEST_SCORE),
                    "max": str(HIGHEST_SCORE),
                    "step": "0.1",
                }
            ),
            "action": forms.RadioSelect,
            "folder": forms.RadioSelect,
            "alert_text": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, server: dict[str, int], is_there: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _hold(self.fields["enabled"], self.instance, is_there=is_there)
        for name, field in self.fields.items():
            if name in ("required_score", "action", "folder"):
                field.error_messages["required"] = _("This is needed.")
        field = self.fields["use_server_settings"]
        if server:
            field.help_text = _(
                "Adds your provider’s black list (%(black)d) and white list (%(white)d) to your"
                " own."
            ) % {"black": server.get("black", 0), "white": server.get("white", 0)}
        else:
            # What was chosen before stays chosen, for when there are lists again.
            field.disabled = True
            field.help_text = _("Your provider has set no black or white list.")

    def clean(self) -> dict[str, Any]:
        """Refuse to switch on what could do nothing."""
        data: dict[str, Any] = self.cleaned_data
        newly_on = data.get("enabled") and "enabled" in self.changed_data
        if newly_on and not self.instance.account.mailbox.enabled:
            self.add_error("enabled", ValidationError(NEEDS_MAILBOX, code="mailbox"))
        if data.get("modify_subject") and "marker" in data and not data["marker"]:
            self.add_error(
                "marker",
                ValidationError(_("Enter the text that marks the subject of spam."), code="marker"),
            )
        return data

    def save(self, commit: bool = True) -> SpamFilter:
        """Write what stands on the form, and nothing else of the row."""
        self.instance.save(update_fields=self._meta.fields)
        return self.instance


class ScannerSwitchForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """The switch, and nothing else, of a service that needs a scanner and a mailbox."""

    instance: Service

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _hold(self.fields["enabled"], self.instance, is_there=not self.instance.hindrance())

    def clean_enabled(self) -> bool:
        """Refuse to switch on what could do nothing."""
        enabled: bool = self.cleaned_data["enabled"]
        if enabled and "enabled" in self.changed_data and not self.instance.account.mailbox.enabled:
            raise ValidationError(NEEDS_MAILBOX, code="mailbox")
        return enabled

    def save(self, commit: bool = True) -> Service:
        """Switch it, and nothing else."""
        self.instance.switch(on=self.instance.enabled)
        return self.instance


class AntivirusForm(ScannerSwitchForm):
    """Whether incoming mail is scanned."""

    class Meta:
        model = Antivirus
        fields = ["enabled"]
        labels = {"enabled": _("Scan incoming mail for viruses")}


class SpamFilterSwitchForm(ScannerSwitchForm):
    """Whether spam is looked for; what counts as spam is its owner's to say."""

    class Meta:
        model = SpamFilter
        fields = ["enabled"]
        labels = {"enabled": _("Activate spam filtering")}


def _hold(field: forms.Field, service: Service, *, is_there: bool) -> None:
    """Say what switching on needs; where there is no scanner, it can only be switched off."""
    if service.account.mailbox.enabled:
        field.help_text = _("Needs a mailbox, which is on.")
    else:
        field.help_text = _("Needs a mailbox, which is off.")
    if not is_there:
        field.help_text = _("Not available on this server.")
        field.disabled = not service.enabled
