"""The form of the Mailbox screen."""

from django import forms
from django.utils.translation import gettext_lazy as _


class MailboxForm(forms.Form):
    """Whether mail is kept."""

    enabled = forms.BooleanField(
        label=_("Mailbox"),
        required=False,
        help_text=_("Receives and keeps mail, which mail programs then fetch."),
    )
