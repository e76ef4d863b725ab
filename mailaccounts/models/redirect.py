"""The redirect service."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.models.account import MailAccount
from mailaccounts.models.service import Service


class Redirect(Service):
    """Sends incoming mail on to one other address; off keeps the address for next time."""

    account = models.OneToOneField(
        MailAccount, models.CASCADE, primary_key=True, related_name="redirect"
    )
    address = models.CharField(_("forward to"), max_length=addresses.ADDRESS_OCTETS, blank=True)

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        permissions = [("manage_redirect", _("Redirect"))]
        constraints = [
            models.CheckConstraint(
                name="redirect_needs_an_address",
                condition=models.Q(enabled=False) | ~models.Q(address=""),
                violation_error_message=_("Enter the address to which mail is sent on."),
            ),
            models.CheckConstraint(
                name="redirect_address_is_well_formed",
                condition=models.Q(address="") | models.Q(address__regex=addresses.ADDRESS),
                violation_error_message=_("Enter a complete address, such as name@example.com."),
            ),
        ]

    def __str__(self) -> str:
        return addresses.readable(self.address)

    def accepts_mail(self, now: datetime) -> bool:
        return self.enabled
