"""The form of one autoresponder."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from autoresponder.models import Attachment, AutoReply, Autoresponder
from mailaccounts import addresses

_ADDRESS = {"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}


class AttachmentsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # see below
    """The files of the pool, each with its size."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({filesizeformat(obj.octets)})"


class AutoresponderForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """Everything about an autoresponder but whether it is on."""

    instance: Autoresponder

    return_address = forms.CharField(
        label=_("Return address"),
        required=False,
        max_length=1000,
        help_text=_("Where a reply to the answer goes. Empty: to this account."),
        widget=forms.TextInput(attrs=_ADDRESS),
    )
    forward_to = forms.CharField(
        label=_("Forward to"),
        required=False,
        max_length=1000,
        help_text=_("Also sends on each message that the request matches, answered or not."),
        widget=forms.TextInput(attrs=_ADDRESS),
    )
    attachments = AttachmentsField(
        label=_("Attachments from the pool"),
        queryset=Attachment.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Autoresponder
        fields = [
            *("name", "request", "words", "subject", "return_address", "text", "format"),
            *("attachments", "starts", "ends", "answers_a_day", "stored_limit", "forward_to"),
        ]
        labels = {
            "name": _("Autoresponder name"),
            "request": _("Request"),
            "words": _("Words to look for"),
            "subject": _("Answer with subject"),
            "text": _("Answer with text"),
            "format": _("Text format"),
            "starts": pgettext_lazy("first day", "From"),
            "ends": pgettext_lazy("last day", "Until"),
            "answers_a_day": _("Answers a day to one address, at most"),
            "stored_limit": _("Store up to so many addresses"),
        }
        help_texts = {
            "name": _("For you alone; nobody else reads it."),
            "words": _(
                "One request on each line; one of them is enough. Letter case and accents make no"
                " difference."
            ),
            "subject": _("Empty: Re: and the incoming subject."),
            "text": _(
                "{subject}, {sender} and {date} are filled in: the incoming subject, the sender’s"
                " address, the day."
            ),
            "starts": _("The first day on which it answers. Empty means at once."),
            "ends": _("Both days included. Empty means no end."),
            "answers_a_day": _("Somebody who writes more often gets no further answer that day."),
            "stored_limit": _("When there are more, the oldest is forgotten."),
        }
        widgets = {
            "request": forms.RadioSelect,
            "format": forms.RadioSelect,
            "words": forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
            "text": forms.Textarea(attrs={"rows": 9}),
            "starts": forms.DateInput({"type": "date", "class": "short"}, "%Y-%m-%d"),
            "ends": forms.DateInput({"type": "date", "class": "short"}, "%Y-%m-%d"),
            "answers_a_day": forms.NumberInput(attrs={"class": "short", "min": 1}),
            "stored_limit": forms.NumberInput(attrs={"class": "short", "min": 1}),
        }

    def __init__(self, *args: Any, service: AutoReply, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.service = service
        self.fields["attachments"].queryset = service.attachments.all()  # type: ignore[attr-defined]  # a field for models
        for name in ("starts", "ends"):
            self.fields[name].input_formats = ["%Y-%m-%d"]  # type: ignore[attr-defined]  # what browsers send
        for name in ("return_address", "forward_to"):
            self.initial[name] = addresses.readable(getattr(self.instance, name))

    def clean_return_address(self) -> str:
        return self._address("return_address")

    def clean_forward_to(self) -> str:
        """An address that does not lead back here."""
        address = self._address("forward_to")
        hops = self.service.account.redirect.hops_back(address) if address else None
        if hops is not None:
            raise ValidationError(
                _("Mail to this address comes back to this account."),
                code="circle",
            )
        return address

    def _address(self, field: str) -> str:
        """The one address in its stored form."""
        typed = addresses.split_list(self.cleaned_data[field])
        if len(typed) > 1:
            raise ValidationError(_("This is more than one address."), code="several")
        return addresses.normalise(typed[0]) if typed else ""

    def add_error(self, field: str | None, error: Any) -> None:
        """A rule of the database stands beside the field that its code names."""
        rules = getattr(error, "error_dict", {}).pop(NON_FIELD_ERRORS, [])
        for rule in rules:
            super().add_error(rule.code if rule.code in self.fields else None, rule)
        if not rules or error.error_dict:
            super().add_error(field, error)

    def attached(self) -> list[Attachment]:
        """The files that are ticked now; of a form that is not valid, those that can be read."""
        if self.is_bound:
            return list(self.cleaned_data.get("attachments", ()))
        return list(self.instance.attachments.all()) if self.instance.pk else []

    def save(self, commit: bool = True) -> Autoresponder:
        """Write what stands on the form, and nothing that delivery counts meanwhile."""
        own = [name for name in self._meta.fields if name != "attachments"]  # type: ignore[union-attr]  # never None here
        self.instance.save(update_fields=own)
        self.save_attachments()
        return self.instance

    def save_attachments(self) -> None:
        """Attach what is ticked, detach the rest."""
        self.instance.attachments.set(self.cleaned_data["attachments"])
