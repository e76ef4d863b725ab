"""Mail domains."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses


class Domain(models.Model):
    """A mail domain that this system receives mail for."""

    name = models.CharField(
        _("name"),
        max_length=addresses.DOMAIN_OCTETS,
        unique=True,
        help_text=_("For example example.com. Accented letters are allowed."),
        error_messages={"unique": _("This domain exists already.")},
    )
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="domain_is_well_formed",
                condition=models.Q(name__regex=addresses.DOMAIN),
                violation_error_message=_("Enter a complete domain name, such as example.com."),
            ),
        ]

    def __str__(self) -> str:
        return addresses.unicode_domain(self.name)
