"""Mail aliases."""

from django.db import models
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.models.account import MailAccount
from mailaccounts.models.domain import Domain


class Alias(models.Model):
    """A further address whose mail reaches the account."""

    account = models.ForeignKey(
        MailAccount,
        models.CASCADE,
        related_name="aliases",
        verbose_name=_("mail account"),
    )
    address = models.CharField(
        _("mail address"),
        max_length=addresses.ADDRESS_OCTETS,
        unique=True,
        error_messages={"unique": _("This address is taken.")},
    )
    domain = models.ForeignKey(
        Domain,
        models.PROTECT,
        to_field="name",
        related_name="aliases",
        verbose_name=_("domain"),
    )
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("mail alias")
        verbose_name_plural = _("mail aliases")
        ordering = ["address"]
        constraints = [
            models.CheckConstraint(
                name="alias_address_is_well_formed",
                condition=models.Q(address__regex=addresses.OWN_ADDRESS),
                violation_error_message=_("Enter a complete address, such as name@example.com."),
            ),
            models.CheckConstraint(
                name="alias_address_is_in_its_domain",
                # By the field's name: forms and validation know no columns.
                condition=models.Q(
                    address__endswith=Concat(
                        models.Value("@"), models.F("domain"), output_field=models.CharField()
                    )
                ),
                violation_error_message=_("The address must be in the alias’s domain."),
            ),
        ]

    def __str__(self) -> str:
        return addresses.readable(self.address)
