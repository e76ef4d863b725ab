"""The app of accounts and what each one has."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class MailAccountsConfig(AppConfig):
    name = "mailaccounts"
    verbose_name = _("Mail accounts")
    # Models of which every account has exactly one row; see mailaccounts.services.
    services = ("Mailbox", "Redirect", "MailGroup")

    def ready(self) -> None:
        """Take Django's note of the last login off: `mailaccounts.login` writes it on the way."""
        user_logged_in.disconnect(dispatch_uid="update_last_login")
