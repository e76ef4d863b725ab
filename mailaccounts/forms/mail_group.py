"""The form that adds members to a mail group."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.forms.pasted import all_good
from mailaccounts.models import MailAccount


class NewMembersForm(forms.Form):
    """One address, or a pasted list; all of them are good, or none is added."""

    addresses = forms.CharField(
        label=_("E-mail"),
        max_length=200_000,
        strip=False,
        help_text=_(
            "One address, or many at once: one on each line, or with commas between them. Names"
            " around them may stay."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, account: MailAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_addresses(self) -> list[str]:
        """The addresses in their stored form, each once."""
        own = {self.account.address, *(alias.address for alias in self.account.aliases.all())}
        return all_good(
            addresses.split_list(self.cleaned_data["addresses"]),
            lambda typed: _other(typed, own),
            nothing=_("Enter at least one address."),
        )


def _other(typed: str, own: set[str]) -> str:
    """The stored form of an address that is not one of the group's own."""
    address = addresses.normalise(typed)
    if addresses.without_tag(address) in own:
        raise ValidationError(
            _("This is an address of the group itself: mail would go round in a circle."),
            code="own",
        )
    return address
