"""Black and white lists: each account's own, and those of the provider."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailaccounts.addresses import ADDRESS_OCTETS
from spamfilter import patterns
from spamfilter.models.spam_filter import SpamFilter


class SpamList(models.TextChoices):
    """From an address on the black list comes spam; from one on the white list, never."""

    BLACK = "black", _("Black list")
    WHITE = "white", _("White list")


class Entry(models.Model):
    """One pattern on one list; on both at once, SpamAssassin would let them cancel each other."""

    list = models.CharField(_("list"), max_length=8, choices=SpamList.choices)
    pattern = models.CharField(_("E-mail pattern"), max_length=ADDRESS_OCTETS)
    created = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["pattern"]

    def __str__(self) -> str:
        return patterns.readable(self.pattern)


class ListEntry(Entry):
    """A pattern that an owner has put on a list."""

    spam_filter = models.ForeignKey(SpamFilter, models.CASCADE, related_name="entries")

    class Meta(Entry.Meta):
        verbose_name = _("list entry")
        verbose_name_plural = _("list entries")
        constraints = [
            models.UniqueConstraint(
                name="pattern_is_on_one_list",
                fields=["spam_filter", "pattern"],
                violation_error_message=_("This pattern is on one of the lists already."),
            ),
            models.CheckConstraint(
                name="pattern_is_well_formed",
                condition=models.Q(pattern__regex=patterns.PATTERN),
                violation_error_message=_("Enter an address or a pattern such as *@spammers.net."),
            ),
        ]


class ServerListEntry(Entry):
    """A pattern of the provider's, for the accounts that use the server-wide settings."""

    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("server-wide list entry")
        verbose_name_plural = _("server-wide lists")
        constraints = [
            models.UniqueConstraint(
                name="server_pattern_is_on_one_list",
                fields=["pattern"],
                violation_error_message=_("This pattern is on one of the lists already."),
            ),
            models.CheckConstraint(
                name="server_pattern_is_well_formed",
                condition=models.Q(pattern__regex=patterns.PATTERN),
                violation_error_message=_("Enter an address or a pattern such as *@spammers.net."),
            ),
        ]
