"""The app that keeps spam and viruses away."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpamFilterConfig(AppConfig):
    name = "spamfilter"
    verbose_name = _("Spam filter and antivirus")
    # Models of which every account has exactly one row; see mailaccounts.services.
    services = ("SpamFilter", "Antivirus")
