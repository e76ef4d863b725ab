"""The mail group service and its members."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.models.account import MailAccount
from mailaccounts.models.plan import MEMBER_LIMIT, Plan
from mailaccounts.models.service import Service


class MailGroup(Service):
    """Sends incoming mail on to every member.

    A group that is on has a member: `mailaccounts.actions` refuses to switch an empty one on and
    switches it off with its last member, so reading this row is enough to accept mail.
    """

    delivery_facts = ("members",)

    account = models.OneToOneField(
        MailAccount, models.CASCADE, primary_key=True, related_name="mail_group"
    )

    class Meta:
        verbose_name = _("mail group")
        verbose_name_plural = _("mail groups")
        permissions = [("manage_mail_group", _("Mail group"))]

    def accepts_mail(self, now: datetime) -> bool:
        return self.enabled

    def member_limit(self) -> int:
        """How many members the group may have: as many as the most generous plan allows."""
        plans = Plan.objects.filter(user=self.account_id)
        limit: int | None = plans.aggregate(most=models.Max("member_limit"))["most"]
        return MEMBER_LIMIT if limit is None else limit


class GroupMemberQuerySet(models.QuerySet["GroupMember"]):
    def matching(self, text: str) -> GroupMemberQuerySet:
        """Members whose address contains the text, as stored or as people read it."""
        text = text.strip().lower().replace("\0", "")
        if text.isascii():
            return self.filter(address__contains=text)
        encoded = self.filter(address__contains="xn--")
        return self.filter(pk__in=[m.pk for m in encoded if text in addresses.readable(m.address)])

    def of_account(self, account: MailAccount) -> GroupMemberQuerySet:
        """The account's memberships in groups that send mail on to it."""
        mine = models.Q()
        for address in [account.address, *(alias.address for alias in account.aliases.all())]:
            local_part, at, domain = address.rpartition("@")
            tagged = models.Q(
                address__startswith=f"{local_part}+", address__endswith=f"{at}{domain}"
            )
            mine |= models.Q(address=address) | tagged
        return self.filter(mine, group__enabled=True, group__account__is_active=True)


class GroupMember(models.Model):
    """One address that a mail group sends on to."""

    group = models.ForeignKey(MailGroup, models.CASCADE, related_name="members")
    address = models.CharField(_("e-mail"), max_length=addresses.ADDRESS_OCTETS)
    created = models.DateTimeField(_("member since"), auto_now_add=True)

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["address"]
        # The operator class lets it find `user+…` by prefix too, whatever the database's locale.
        indexes = [
            models.Index(
                fields=["address"], name="member_address", opclasses=["varchar_pattern_ops"]
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="member_is_in_the_group_once",
                fields=["group", "address"],
                violation_error_message=_("This address is a member already."),
            ),
            models.CheckConstraint(
                name="member_address_is_well_formed",
                condition=models.Q(address__regex=addresses.ADDRESS),
                violation_error_message=_("Enter a complete address, such as name@example.com."),
            ),
        ]

    def __str__(self) -> str:
        return addresses.readable(self.address)
