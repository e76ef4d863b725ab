"""The antivirus service."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from mailaccounts.models import MailAccount, Service


class Antivirus(Service):
    """Whether incoming mail is scanned for viruses; needs a mailbox."""

    mailbox_label = _("Scan incoming mail for viruses")

    account = models.OneToOneField(
        MailAccount, models.CASCADE, primary_key=True, related_name="antivirus"
    )
    enabled = models.BooleanField(pgettext_lazy("antivirus", "on"), default=False)

    class Meta:
        verbose_name = _("antivirus")
        verbose_name_plural = _("antivirus")
        permissions = [("manage_antivirus", _("Antivirus"))]

    def hindrance(self) -> str:
        return "" if settings.CLAMD_URL else gettext("Not available on this server.")
