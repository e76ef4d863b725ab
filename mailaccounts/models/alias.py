"""Mail aliases."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.models.account import MailAccount
from mailaccounts.models.domain import Domain


class AliasQuerySet(models.QuerySet["Alias"]):
    def in_force(self, now: datetime) -> AliasQuerySet:
        """Aliases whose mail arrives now; the view `mailaccounts_reached` has the same rule."""
        unended = models.Q(ends=None) | models.Q(ends__gt=now)
        return self.filter(unended, off_since=None)

    def listed(self) -> AliasQuerySet:
        """Aliases that their owner still sees: all but those removed and merely reserved."""
        return self.filter(removed=False)

    def free_again(self, now: datetime) -> AliasQuerySet:
        """Own aliases that have been off for so long that anybody may have the address."""
        over = now - Alias.RESERVED
        return self.filter(models.Q(off_since__lte=over) | models.Q(ends__lte=over), own=True)

    def matching(self, text: str) -> AliasQuerySet:
        """Aliases whose address or note contains the text."""
        text = text.strip().replace("\0", "")
        return self.filter(models.Q(address__icontains=text) | models.Q(note__icontains=text))


class Alias(models.Model):
    """A further address whose mail reaches the account.

    Staff's aliases are simply there. Own ones, made by the account's owner, may end by themselves
    (`ends`), be off (`off_since`) or be removed; each of these keeps the address reserved for its
    owner for `RESERVED`, so that nobody else gets the mail that still comes to it.
    """

    RESERVED = timedelta(days=90)
    NOTE_LENGTH = 200

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
    own = models.BooleanField(_("made by its owner"), default=False)
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True)
    ends = models.DateTimeField(_("ends"), null=True, blank=True)
    off_since = models.DateTimeField(_("off since"), null=True, blank=True)
    removed = models.BooleanField(_("removed by its owner"), default=False)

    objects = AliasQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail alias")
        verbose_name_plural = _("mail aliases")
        ordering = ["address"]
        permissions = [("manage_own_aliases", _("Own aliases"))]
        constraints = [
            models.CheckConstraint(
                name="alias_of_staff_is_always_on",
                condition=models.Q(own=True)
                | models.Q(ends=None, off_since=None, removed=False, note=""),
                violation_error_message=_("Only its owner’s own alias can end or be off."),
            ),
            models.CheckConstraint(
                name="alias_removed_is_off",
                condition=models.Q(removed=False) | models.Q(off_since__isnull=False),
                violation_error_message=_("An alias that is removed is off."),
            ),
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

    def reserved_until(self, now: datetime) -> datetime | None:
        """Until when an alias that is off stays its owner's; `None` while it is in force."""
        over = [moment for moment in (self.off_since, self.ends) if moment and moment <= now]
        return min(over) + self.RESERVED if over else None
