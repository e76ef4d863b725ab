"""What staff type in: new accounts and aliases, an account's plan and role."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.models import Alias, Domain, MailAccount, MailGroup, Plan, StaffRole


def free_address(text: str) -> str:
    """The stored form of a new address; `ValidationError` unless it is ours and nobody's yet."""
    address = addresses.normalise_own(text)
    domain = addresses.domain_of(address)
    if not Domain.objects.filter(name=domain).exists():
        raise ValidationError(
            _("%(domain)s is not one of the domains here. Add the domain first."),
            params={"domain": addresses.unicode_domain(domain)},
        )
    if MailAccount.objects.filter(address=address).exists():
        raise ValidationError(_("This address is taken: there is an account with it."))
    alias = Alias.objects.filter(address=address).select_related("account").first()
    if alias is not None:
        raise ValidationError(
            _("This address is taken: it is an alias of %(account)s."),
            params={"account": alias.account},
        )
    return address


class PlanField(forms.ModelChoiceField):
    """A plan that grants more than the services of an account is a role in disguise: not here."""

    def __init__(self) -> None:
        super().__init__(
            Plan.objects.for_owners(),
            label=_("Plan"),
            required=False,
            empty_label=_("None: the owner sees the settings and changes none"),
            help_text=_("What the owner may change. What is set already goes on as set."),
        )


class NewAddressForm(forms.ModelForm):
    """A new address within one of the domains."""

    def clean_address(self) -> str:
        address = free_address(self.cleaned_data["address"])
        self.instance.domain_id = addresses.domain_of(address)
        return address


class NewAccountForm(NewAddressForm):
    """A new account. Its owner chooses the password by a one-time link: here is no field for it."""

    plan = PlanField()

    class Meta:
        model = MailAccount
        fields = ["address"]
        help_texts = {"address": _("The domain must exist. It can be typed with accents.")}


class AliasForm(NewAddressForm):
    class Meta:
        model = Alias
        fields = ["address", "account"]
        help_texts = {"address": _("The domain must exist. It can be typed with accents.")}


class AccountForm(forms.ModelForm):
    """What staff change about an owner's account."""

    plan = PlanField()

    class Meta:
        model = MailAccount
        fields = ["is_staff", "is_superuser"]
        help_texts = {
            "is_staff": _("May enter this administration and do there what the roles allow."),
            "is_superuser": _("May do everything here, also make other superusers."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["plan"] = Plan.objects.filter(user=self.instance).first()


class StaffAccountForm(AccountForm):
    """The same for superusers, who also say what other staff may do."""

    roles = forms.ModelMultipleChoiceField(
        StaffRole.objects.all(),
        label=_("Staff roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["roles"] = StaffRole.objects.filter(user=self.instance)


class MailGroupForm(forms.ModelForm):
    class Meta:
        model = MailGroup
        fields = ["enabled"]

    def clean_enabled(self) -> bool:
        enabled: bool = self.cleaned_data["enabled"]
        if enabled and not self.instance.members.exists():
            raise ValidationError(_("A mail group without members cannot be on."))
        return enabled
