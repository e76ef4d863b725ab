"""The app of accounts and what each one has."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailAccountsConfig(AppConfig):
    name = "mailaccounts"
    verbose_name = _("Mail accounts")
    # Models of which every account has exactly one row; see mailaccounts.services.
    services = ("Mailbox", "Redirect", "MailGroup")
