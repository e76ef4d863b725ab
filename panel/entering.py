"""Forms of entering the panel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mailaccounts.models import MailAccount
from mailaccounts.recovery import stored
from panel.guessing import is_locked_out, try_again


class PasswordField(forms.CharField):
    """A password: taken as typed, never shown again, never cut by the browser."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(strip=False, widget=widget, **kwargs)


class LoginField(forms.CharField):
    """The mail address with which somebody comes in."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Login"),
            help_text=_("Your mail address, for example name@example.com."),
            max_length=320,
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
            ),
        )


class LoginForm(forms.Form):
    """Who comes in; valid only with the right password."""

    account: MailAccount | None = None

    login = LoginField()
    password = PasswordField(
        label=_("Password"),
        autocomplete="current-password",
        validators=[MaxLengthValidator(settings.PASSWORD_MAX_LENGTH)],
    )
    language = forms.ChoiceField(
        label=_("Interface language"),
        help_text=_("“User default” keeps the language of your preferences."),
        choices=lambda: [("", _("User default")), *settings.LANGUAGES],
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

    login = LoginField()
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
        self.least = settings.PASSWORD_MIN_LENGTH  # for the hint while typing

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
