"""The forms of own aliases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.models import Alias, MailAccount
from mailaccounts.own_aliases import PROVIDERS_NAMES

LONGEST_YEARS = 10


class OwnAliasForm(forms.Form):
    """What its owner writes down about an alias."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=Alias.NOTE_LENGTH,
        help_text=_("For you alone, such as where you use this address."),
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Mail that comes after this day is refused. Empty: the alias does not end."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
    )

    def __init__(
        self, *args: Any, account: MailAccount, alias: Alias | None, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.today = timezone.localdate(now)
        self.fields["last_day"].widget.attrs["min"] = self.today.isoformat()
        if alias is not None:
            self.initial = {"note": alias.note, "last_day": last_day_of(alias)}

    def clean_last_day(self) -> date | None:
        day: date | None = self.cleaned_data["last_day"]
        if day is not None and not self.today <= day:
            raise ValidationError(_("This day is over. Choose today or a later one."), code="past")
        if day is not None and day.year > self.today.year + LONGEST_YEARS:
            raise ValidationError(
                _("Choose a day within the next %(years)d years, or none."),
                code="far",
                params={"years": LONGEST_YEARS},
            )
        return day

    def ends(self) -> datetime | None:
        """The moment after the last day, in the owner's time zone."""
        day: date | None = self.cleaned_data["last_day"]
        if day is None:
            return None
        midnight = datetime.combine(day + timedelta(days=1), datetime.min.time())
        return timezone.make_aware(midnight)


class NewOwnAliasForm(OwnAliasForm):
    """The same with the address itself, of which the domain may be left out."""

    address = forms.CharField(
        label=_("Mail address"),
        max_length=addresses.LONGEST_INPUT,
        help_text=_("The part after the @ may be left out."),
        widget=forms.TextInput(
            # Not type="email": browsers rewrite accented domains and complain in their own words.
            attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    field_order = ["address", "note", "last_day"]

    def __init__(self, *args: Any, account: MailAccount, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, account=account, alias=None, now=now, **kwargs)
        self.domain = addresses.unicode_domain(account.domain_id)

    def clean_address(self) -> str:
        """The address in its stored form, in the account's own domain."""
        typed: str = self.cleaned_data["address"].strip().removesuffix("@")
        address = addresses.normalise_own(typed if "@" in typed else f"{typed}@{self.domain}")
        if addresses.domain_of(address) != self.account.domain_id:
            raise ValidationError(
                _("An own alias is in the domain of its account: it ends in @%(domain)s."),
                code="domain",
                params={"domain": self.domain},
            )
        if address.partition("@")[0] in PROVIDERS_NAMES:
            raise ValidationError(_("This name is kept for the provider."), code="provider")
        return address


def last_day_of(alias: Alias) -> date | None:
    """The last day on which the alias takes mail, in the owner's time zone."""
    return timezone.localdate(alias.ends - timedelta(microseconds=1)) if alias.ends else None
