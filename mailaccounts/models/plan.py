"""Plans: what the provider allows a group of accounts."""

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _


class Plan(Group):
    """A permission set with its limits: Django's group, under the name that staff use."""

    member_limit = models.PositiveIntegerField(
        _("members of a mail group"),
        default=500,
        help_text=_("How many members an account's mail group may have."),
    )

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
