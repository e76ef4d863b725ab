"""The form of the Preferences screen."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.access import AccountRequest
from mailaccounts.actions import change_password
from mailaccounts.models import MailAccount
from mailaccounts.recovery import want_recovery_address
from mailaccounts.sessions import LANGUAGE
from panel.entering import NewPasswordForm, PasswordField
from panel.guessing import is_locked_out, try_again
from panel.skins import skins
from panel.tasks import mail_recovery_link
from panel.telling import tell
from panel.time_zones import time_zones

SKIN_NAMES = {
    "automatic": _("Automatic"),
    "classic": _("Classic"),
    "contrast": _("Contrast"),
    "night": _("Night"),
    "terracotta": _("Terracotta"),
}


class TimeZoneSelect(forms.Select):
    """More than 400 options, so each as short as HTML allows."""

    option_template_name = "panel/_time_zone.html"


class PreferencesForm(NewPasswordForm, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """How the panel looks and speaks for this account; and a new password, if one is typed."""

    class Meta:
        model = MailAccount
        fields = [
            *("language", "skin", "time_zone", "label_length"),
            *("wait_until_loaded", "multiple_sessions"),
        ]

    language = forms.ChoiceField(
        label=_("Interface language"),
        help_text=_("In which the panel speaks to you."),
        choices=lambda: [("", _("As the browser asks")), *settings.LANGUAGES],
        required=False,
    )
    skin = forms.ChoiceField(
        label=_("Skin"),
        help_text=_("Automatic follows the light or dark setting of your device."),
        choices=lambda: [(name, SKIN_NAMES.get(name, name.capitalize())) for name in skins()],
        widget=forms.RadioSelect,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("In which dates and times are shown."),
        choices=lambda: [(name, name) for name in time_zones()],
        widget=TimeZoneSelect,
    )
    label_length = forms.IntegerField(
        label=_("Button label length"),
        help_text=_("Longer labels are cut with an ellipsis; the tooltip shows the full text."),
        min_value=3,
        max_value=200,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    wait_until_loaded = forms.BooleanField(
        label=_("Prevent working until the screen has loaded completely"),
        help_text=_("Clicks and keys do nothing before that, but for some seconds at the most."),
        required=False,
    )
    multiple_sessions = forms.BooleanField(
        label=_("Allow multiple sessions"),
        help_text=_("Off: a new login ends the older sessions, and the older browser is told why."),
        required=False,
    )
    recovery_address = forms.CharField(
        label=_("Recovery address"),
        help_text=_("Another mailbox of yours. The way to a new password is sent there."),
        required=False,
        max_length=320,
        widget=forms.TextInput(
            attrs={"inputmode": "email", "autocomplete": "email", "spellcheck": "false"}
        ),
    )
    current_password = PasswordField(
        label=_("Current password"),
        help_text=_("Asked for a new password and for another recovery address."),
        autocomplete="current-password",
        required=False,
    )
    field_order = (
        *Meta.fields,
        *("recovery_address", "new_password", "confirmation", "current_password"),
    )

    def __init__(self, *args: Any, request: AccountRequest, **kwargs: Any) -> None:
        # A copy, or the frame around a form with errors would show what was not saved.
        account = copy(request.user)
        super().__init__(*args, account=account, instance=account, **kwargs)
        self.request = request
        for name in ("new_password", "confirmation"):
            self.fields[name].required = False
        if account.skin not in skins():
            self.initial["skin"] = skins()[0]
        if account.time_zone not in time_zones():
            self.initial["time_zone"] = settings.TIME_ZONE
        self.initial["recovery_address"] = addresses.readable(account.recovery_address)

    def clean_recovery_address(self) -> str:
        """In its stored form; not one of the account's own, which would be no other way in."""
        text = self.cleaned_data["recovery_address"]
        if not text:
            return ""
        address = addresses.normalise(text)
        if MailAccount.objects.reached_at(address).filter(pk=self.account.pk).exists():
            raise ValidationError(
                _("This is an address of this account. Enter one that you can read without it."),
                code="own",
            )
        return address

    @property
    def other_recovery_address(self) -> str | None:
        """The address that is wanted instead of the present one; empty for none."""
        wanted: str | None = self.cleaned_data.get("recovery_address")
        return None if wanted == self.account.recovery_address else wanted

    def clean(self) -> dict[str, Any]:
        super().clean()
        wants = self.cleaned_data.get("new_password") or self.other_recovery_address is not None
        if wants and "current_password" in self.cleaned_data:
            self._check_current_password(self.cleaned_data["current_password"])
        return self.cleaned_data

    def _check_current_password(self, password: str) -> None:
        """As at the login, wrong ones are counted: a browser left open is no way to guess."""
        login = self.account.address
        if not password:
            self.add_error("current_password", _("Enter the current password too."))
        elif len(password) <= settings.PASSWORD_MAX_LENGTH and authenticate(
            self.request, username=login, password=password
        ):
            return
        elif is_locked_out(self.request):
            self.add_error(
                "current_password", [_("Too many wrong attempts."), try_again(self.request, login)]
            )
        else:
            self.add_error("current_password", _("This is not the current password."))

    @transaction.atomic
    def save(self, commit: bool = True) -> MailAccount:
        """In force at once, here too; a new password ends all other sessions.

        `ValidationError`: for the recovery address, too many mails were sent today.
        """
        account: MailAccount = self.instance
        account.save(update_fields=self.Meta.fields)
        self.request.session.pop(LANGUAGE, None)
        if (address := self.other_recovery_address) is not None:
            before = account.recovery_address
            want_recovery_address(account=account, address=address, now=timezone.now())
            if address:
                mail_recovery_link.enqueue(account.pk)
            else:
                tell_of_recovery(self.request, account, before)
        if password := self.cleaned_data["new_password"]:
            key = self.request.session.session_key
            change_password(account=account, password=password, keep_session=key)
            update_session_auth_hash(self.request, account)
            tell(self.request, account, "password_changed")
        return account


def tell_of_recovery(request: AccountRequest, account: MailAccount, before: str) -> None:
    """Tell the owner, and who reads the former recovery address, that it is another now."""
    tell(request, account, "recovery_changed")
    if before:
        tell(request, account, "recovery_changed", to=before)
