"""Plans for owners and roles for staff: the two kinds of Django's groups."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import Group, GroupManager, Permission
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

MEMBER_LIMIT = 500
ALIAS_LIMIT = 20
MAILBOX_QUOTA = 1024  # MB of a new plan
# What a plan can grant is named so: `manage_mailbox`, `manage_redirect`, …
OWNER_PERMISSION = "manage_"


class PlanManager(GroupManager):
    def for_owners(self) -> models.QuerySet[Any]:
        """The plans that grant nothing beyond the services of an account."""
        wider = Permission.objects.exclude(codename__startswith=OWNER_PERMISSION)
        return self.get_queryset().exclude(permissions__in=wider)


class Plan(Group):
    """A permission set with its limits: Django's group, under the name that staff use."""

    member_limit = models.PositiveIntegerField(
        _("members of a mail group"),
        default=MEMBER_LIMIT,
        help_text=_("How many members an account’s mail group may have."),
    )
    alias_limit = models.PositiveIntegerField(
        _("own aliases"),
        default=ALIAS_LIMIT,
        help_text=_("How many aliases an owner may have made, where the plan allows own aliases."),
    )
    mailbox_quota = models.PositiveIntegerField(
        _("space for the mailbox, in MB"),
        null=True,
        blank=True,
        default=MAILBOX_QUOTA,
        validators=[MinValueValidator(1)],
        help_text=_("How much an account’s mailbox may hold. Empty: as much as comes."),
    )

    messages_per_hour = models.PositiveIntegerField(
        _("messages an hour"),
        null=True,
        blank=True,
        help_text=_("How many an account may send. Empty: as many as the server allows."),
    )
    recipients_per_hour = models.PositiveIntegerField(
        _("recipients an hour"),
        null=True,
        blank=True,
        help_text=_("To how many recipients in all. Empty: as many as the server allows."),
    )

    objects: ClassVar[PlanManager] = PlanManager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")


class StaffRoleManager(GroupManager):
    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(plan=None)


class StaffRole(Group):
    """What a member of the provider's staff may do in the administration.

    Only superusers make roles and give them.
    """

    objects: ClassVar[StaffRoleManager] = StaffRoleManager()

    class Meta:
        proxy = True
        verbose_name = _("staff role")
        verbose_name_plural = _("staff roles")
