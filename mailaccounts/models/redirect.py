"""The redirect service."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.models.account import MailAccount
from mailaccounts.models.service import Service

LONGEST_CHAIN = 10


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

    def hops_back(self, address: str) -> int | None:
        """Through how many accounts mail sent on to the address comes back to this one.

        0 for an address of this account, `None` when it does not come back.
        """
        for hops in range(LONGEST_CHAIN):
            reached = MailAccount.objects.reached_at(address).select_related("redirect").first()
            if reached is None:
                return None
            if reached.pk == self.account_id:
                return hops
            if not (reached.is_active and reached.redirect.enabled):
                return None
            address = reached.redirect.address
        return None
