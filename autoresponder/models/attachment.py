"""Files that autoresponders can send along."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from autoresponder.models.auto_reply import AutoReply

NAME_LENGTH = 120


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def octets(self) -> int:
        """How much they take together."""
        total: int | None = self.aggregate(octets=models.Sum("octets"))["octets"]
        return total or 0


class Attachment(models.Model):
    """A file of the pool, usable by several autoresponders. It is never changed, only removed.

    What is in it stands in a row of its own, so that listing and delivering do not read it.
    """

    service = models.ForeignKey(AutoReply, models.CASCADE, related_name="attachments")
    name = models.CharField(_("file name"), max_length=NAME_LENGTH)
    content_type = models.CharField(_("type"), max_length=100)
    octets = models.PositiveBigIntegerField(_("size"))
    created = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment file")
        verbose_name_plural = _("attachment files")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class AttachmentContent(models.Model):
    """The octets of a file, as they were uploaded."""

    attachment = models.OneToOneField(
        Attachment, models.CASCADE, primary_key=True, related_name="content"
    )
    octets = models.BinaryField()

    def __str__(self) -> str:
        return str(self.attachment)
