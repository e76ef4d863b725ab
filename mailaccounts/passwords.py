"""What a password may be, beyond Django's own rules."""

from __future__ import annotations

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailaccounts import addresses
from mailaccounts.models import MailAccount

_SIGNS = re.compile(r"[\W_]+")
_DIGITS_AROUND = re.compile(r"^\d+|\d+$")
_REPEATED = re.compile(r"(.+?)\1+")


class UncommonPasswordValidator(CommonPasswordValidator):
    """Neither a common password nor one made longer: `motdepasse123`, `Pass word 2026!`, `aaaa…`.

    Nearly all of Django's list is shorter than a password must be here, and who is told so pads.
    """

    def validate(self, password: str, user: object = None) -> None:
        super().validate(password)
        letters = _SIGNS.sub("", password)
        word = _DIGITS_AROUND.sub("", letters) or letters
        if 2 * len(word) >= len(password):
            repeated = _REPEATED.fullmatch(word)
            super().validate(repeated[1] if repeated else word)


class MaximumLengthValidator:
    """Mail programs and servers have limits of their own, all of them higher than this one."""

    def __init__(self, max_length: int) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return ngettext(
            "The password can have at most %(limit)d character.",
            "The password can have at most %(limit)d characters.",
            self.max_length,
        ) % {"limit": self.max_length}


class NotTheAddressValidator:
    """The mail address is the first thing that anybody tries."""

    def validate(self, password: str, user: MailAccount | None = None) -> None:
        if user is None:
            return
        local_part = user.address.rpartition("@")[0]
        known = {user.address, addresses.readable(user.address), local_part}
        if password.strip().lower() in known:
            raise ValidationError(self.get_help_text(), code="password_is_the_address")

    def get_help_text(self) -> str:
        return _("The password cannot be the mail address.")
