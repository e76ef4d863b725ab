"""Verbs that touch several models."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from autoresponder.files import safe_name, sniffed
from autoresponder.models import Attachment, AttachmentContent, AutoReply, Autoresponder
from autoresponder.models.autoresponder import NAME_LENGTH

# So many an account may have: each is looked at for every message.
MOST_AUTORESPONDERS = 50
_TOO_MANY = gettext_lazy("An account has at most %(most)d autoresponders.")


def _lock(service: AutoReply) -> None:
    """The lock that delivery takes too; see `autoresponder.memory`."""
    AutoReply.objects.select_for_update(no_key=True).get(pk=service.pk)


@transaction.atomic
def add_autoresponder(*, service: AutoReply, autoresponder: Autoresponder) -> None:
    """Save a new one; `ValidationError` when there are too many already."""
    _lock(service)
    if service.autoresponders.count() >= MOST_AUTORESPONDERS:
        raise ValidationError(_TOO_MANY, code="too_many", params={"most": MOST_AUTORESPONDERS})
    autoresponder.service = service
    autoresponder.save()


@transaction.atomic
def duplicate(*, autoresponder: Autoresponder) -> Autoresponder:
    """A copy that is off, has answered nobody yet, and has the same files attached."""
    files = list(autoresponder.attachments.all())
    copy = Autoresponder(
        **{
            field.attname: getattr(autoresponder, field.attname)
            for field in Autoresponder._meta.concrete_fields
            if field.editable and not field.primary_key
        }
    )
    copy.enabled = False
    copy.name = (_("%(name)s (copy)") % {"name": autoresponder.name})[-NAME_LENGTH:]
    add_autoresponder(service=autoresponder.service, autoresponder=copy)
    copy.attachments.set(files)
    return copy


@transaction.atomic
def remove_autoresponders(*, service: AutoReply, autoresponders: Iterable[int]) -> int:
    """Remove these of the service, with whom they answered; say how many there were."""
    _lock(service)
    mine = service.autoresponders.filter(pk__in=autoresponders)
    number = mine.count()
    mine.delete()
    return number


@transaction.atomic
def add_attachment(*, service: AutoReply, name: str, octets: bytes) -> Attachment:
    """Put a file into the pool; `ValidationError` when it is not one to be sent or too much."""
    _lock(service)
    room = settings.ATTACHMENTS_SIZE_LIMIT - service.attachments.octets()
    if len(octets) > room:
        raise ValidationError(
            gettext_lazy("Of the room for attachment files, %(room)s is left."),
            code="room",
            params={"room": filesizeformat(max(room, 0))},
        )
    name = safe_name(name)
    file = Attachment.objects.create(
        service=service, name=name, content_type=sniffed(octets, name), octets=len(octets)
    )
    AttachmentContent.objects.create(attachment=file, octets=octets)
    return file


@transaction.atomic
def remove_attachments(*, service: AutoReply, attachments: Iterable[int]) -> int:
    """Remove these files, also from the autoresponders that send them; say how many there were."""
    _lock(service)
    mine = service.attachments.filter(pk__in=attachments)
    number = mine.count()
    mine.delete()
    return number
