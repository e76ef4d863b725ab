"""The form of the Redirect screen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.models import Redirect


class RedirectForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """Whether mail is sent on, and to which one address."""

    instance: Redirect

    address = forms.CharField(
        label=_("Forward to"),
        required=False,
        max_length=1000,
        help_text=_("One address. For several, use Mail group."),
        widget=forms.TextInput(
            # Not type="email": browsers rewrite accented domains and complain in their own words.
            attrs={"inputmode": "email", "autocomplete": "email", "spellcheck": "false"}
        ),
    )

    class Meta:
        model = Redirect
        fields = ["enabled", "address"]
        labels = {"enabled": _("Redirect")}
        help_texts = {"enabled": _("Off keeps the address for next time.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["address"] = addresses.readable(self.instance.address)

    def clean_address(self) -> str:
        """The one address in its stored form."""
        typed = addresses.split_list(self.cleaned_data["address"])
        if len(typed) > 1:
            raise ValidationError(
                _("This is more than one address. For several, use Mail group."), code="several"
            )
        return addresses.normalise(typed[0]) if typed else ""

    def clean(self) -> dict[str, Any]:
        """Refuse what could never work, but let anything be switched off."""
        data: dict[str, Any] = self.cleaned_data
        if "address" in data and (data["enabled"] or "address" in self.changed_data):
            try:
                self._check(data)
            except ValidationError as error:
                self.add_error("address", error.messages)
        return data

    def _check(self, data: dict[str, Any]) -> None:
        # Asked here, not left to the instance, so that the answer stands beside its field.
        Redirect(**data).validate_constraints(exclude={"account"})
        hops = self.instance.hops_back(data["address"])
        if hops == 0:
            raise ValidationError(
                _("This is an address of this account: mail would go round in a circle."),
                code="own",
            )
        if hops is not None and data["enabled"]:
            raise ValidationError(
                _(
                    "Mail to this address is sent on and comes back here: it would go round in a"
                    " circle."
                ),
                code="circle",
            )

    def save(self, commit: bool = True) -> Redirect:
        """Write what stands on the form, and nothing else of the row."""
        self.instance.save(update_fields=["enabled", "address"])
        return self.instance
