"""Forms of entering the panel and of what one likes there."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mailaccounts.access import AccountRequest
from mailaccounts.actions import change_password
from mailaccounts.models import MailAccount
from mailaccounts.recovery import stored
from mailaccounts.sessions import LANGUAGE
from panel.guessing import is_locked_out, try_again
from panel.screens import skins
from panel.time_zones import time_zones

SKIN_NAMES = {
    "automatic": _("Automatic"),
    "classic": _("Classic"),
    "contrast": _("Contrast"),
    "night": _("Night"),
    "terracotta": _("Terracotta"),
}


class PasswordField(forms.CharField):
    """A password: taken as typed, never shown again, never cut by the browser."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(strip=False, widget=widget, **kwargs)


class LoginForm(forms.Form):
    """Who comes in; valid only with the right password."""

    account: MailAccount | None = None

    login = forms.CharField(
        label=_("Login"),
        help_text=_("Your mail address, for example name@example.com."),
        max_length=320,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = PasswordField(
        label=_("Password"),
        autocomplete="current-password",
        validators=[MaxLengthValidator(settings.PASSWORD_MAX_LENGTH)],
    )
    language = forms.ChoiceField(
        label=_("Interface language"),
        help_text=_("“User default” keeps the language of your preferences."),
        choices=[("", _("User default")), *settings.LANGUAGES],
        required=False,
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> None:
        if self.errors:
            return
        login = stored(self.cleaned_data["login"])
        account = authenticate(self.request, username=login, password=self.cleaned_data["password"])
        if isinstance(account, MailAccount):
            self.account = account
        elif is_locked_out(self.request):
            raise ValidationError([_("Too many wrong attempts."), try_again(self.request, login)])
        else:
            raise ValidationError(
                [
                    _("Login or password is wrong."),
                    _("Check both and try again; capital letters matter in the password only."),
                ]
            )


class PasswordResetForm(forms.Form):
    """Who has forgotten the password; nothing here says whether there is such an account."""

    login = forms.CharField(
        label=_("Login"),
        help_text=_("Your mail address, for example name@example.com."),
        max_length=320,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    email = forms.CharField(
        label=_("E-mail"),
        help_text=_("The recovery address of your preferences, or your mail address once more."),
        max_length=320,
        widget=forms.TextInput(
            attrs={"inputmode": "email", "autocomplete": "email", "autocapitalize": "none"}
        ),
    )


def _password_help() -> str:
    return ngettext(
        "At least %(count)d character.",
        "At least %(count)d characters.",
        settings.PASSWORD_MIN_LENGTH,
    ) % {"count": settings.PASSWORD_MIN_LENGTH}


class TimeZoneSelect(forms.Select):
    """More than 400 options, so each as short as HTML allows."""

    option_template_name = "panel/_time_zone.html"


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    new_password = PasswordField(
        label=_("New password"),
        help_text=lazy(_password_help, str)(),
        autocomplete="new-password",
    )
    confirmation = PasswordField(
        label=_("Confirm password"),
        help_text=_("The new password once more, against typing errors."),
        autocomplete="new-password",
    )

    def __init__(self, *args: Any, account: MailAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_new_password(self) -> str:
        password = str(self.cleaned_data["new_password"])
        if password:
            validate_password(password, self.account)
        return password

    def clean(self) -> dict[str, Any]:
        super().clean()
        password = self.cleaned_data.get("new_password")
        if password is not None and password != self.cleaned_data.get("confirmation"):
            self.add_error("confirmation", _("The two passwords are not the same."))
        return self.cleaned_data


class PreferencesForm(NewPasswordForm, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """How the panel looks and speaks for this account; and a new password, if one is typed."""

    class Meta:
        model = MailAccount
        fields = ["language", "skin", "time_zone", "label_length", "multiple_sessions"]

    language = forms.ChoiceField(
        label=_("Interface language"),
        help_text=_("In which the panel speaks to you."),
        choices=[("", _("As the browser asks")), *settings.LANGUAGES],
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
        min_value=8,
        max_value=80,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    multiple_sessions = forms.BooleanField(
        label=_("Allow multiple sessions"),
        help_text=_("Off: a new login ends the older sessions, and the older browser is told why."),
        required=False,
    )
    current_password = PasswordField(
        label=_("Current password"),
        help_text=_("Leave all three empty to keep the present one."),
        autocomplete="current-password",
        required=False,
    )
    field_order = (*Meta.fields, "current_password", "new_password", "confirmation")

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

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("new_password") and "current_password" in self.cleaned_data:
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
        """In force at once, here too; a new password ends all other sessions."""
        account: MailAccount = self.instance
        account.save(update_fields=self.Meta.fields)
        self.request.session.pop(LANGUAGE, None)
        if password := self.cleaned_data["new_password"]:
            key = self.request.session.session_key
            change_password(account=account, password=password, keep_session=key)
            update_session_auth_hash(self.request, account)
        return account
