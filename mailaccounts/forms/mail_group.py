"""The form that adds members to a mail group."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.models import MailAccount

LISTED_ERRORS = 20


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
        good: dict[str, None] = {}
        bad: dict[str, ValidationError] = {}
        for typed in addresses.split_list(self.cleaned_data["addresses"]):
            try:
                good[_other(typed, own)] = None
            except ValidationError as error:
                bad[typed] = error
        if bad:
            raise ValidationError(_listed(bad))
        if not good:
            raise ValidationError(_("Enter at least one address."), code="required")
        return list(good)


def _other(typed: str, own: set[str]) -> str:
    """The stored form of an address that is not one of the group's own."""
    address = addresses.normalise(typed)
    if addresses.without_tag(address) in own:
        raise ValidationError(
            _("This is an address of the group itself: mail would go round in a circle."),
            code="own",
        )
    return address


def _listed(bad: dict[str, ValidationError]) -> list[str]:
    """A sentence for each bad entry, the first of them."""
    lines = [
        gettext("“%(entry)s”: %(problem)s")
        % {"entry": typed[:80], "problem": " ".join(error.messages)}
        for typed, error in list(bad.items())[:LISTED_ERRORS]
    ]
    more = len(bad) - LISTED_ERRORS
    if more > 0:
        lines.append(
            ngettext("And %(number)d more.", "And %(number)d more.", more) % {"number": more}
        )
    return lines
