"""The form that uploads a file."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """One file, not too large."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("It joins the pool, from which each autoresponder can send it."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    def clean_file(self) -> InMemoryUploadedFile:
        """The file; of one that is too large nothing was kept but its size."""
        file: InMemoryUploadedFile = self.cleaned_data["file"]
        size = file.size or 0
        if size > settings.ATTACHMENT_SIZE_LIMIT:
            raise ValidationError(
                _("This file has %(size)s; a file may have up to %(limit)s."),
                code="size",
                params={
                    "size": filesizeformat(size),
                    "limit": filesizeformat(settings.ATTACHMENT_SIZE_LIMIT),
                },
            )
        return file
