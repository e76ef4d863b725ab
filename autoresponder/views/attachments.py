"""The pool of attachment files."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from autoresponder.actions import add_attachment, remove_attachments
from autoresponder.forms.attachment import UploadForm
from autoresponder.models import Autoresponder
from autoresponder.uploads import takes_one_file
from autoresponder.views.autoresponders import selected
from mailaccounts.access import AccountRequest, owner_required

# Only their names are shown.
_USERS = Prefetch("autoresponders", Autoresponder.objects.only("name"))


@owner_required("manage_autoresponders")
@takes_one_file
def attachments(request: AccountRequest) -> HttpResponse:
    """The files, where each is used and how much room is left; on POST one more."""
    service = request.user.auto_reply
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            added = add_attachment(service=service, name=file.name, octets=file.read())
        except ValidationError as error:
            form.add_error("file", error)
        else:
            messages.success(request, _("“%(name)s” is in the pool.") % {"name": added.name})
            return redirect("attachments")
    files = list(service.attachments.prefetch_related(_USERS))
    used = sum(file.octets for file in files)
    context = {
        "form": form,
        "files": files,
        "used": used,
        "limit": settings.ATTACHMENTS_SIZE_LIMIT,
        "file_limit": settings.ATTACHMENT_SIZE_LIMIT,
    }
    return render(request, "autoresponder/attachments.html", context)


@owner_required("manage_autoresponders")
def attachments_remove(request: AccountRequest) -> HttpResponse:
    """Say which go, and which autoresponders send them; on POST remove them."""
    service = request.user.auto_reply
    ids = selected(request, "attachment")
    if request.method == "POST":
        removed = remove_attachments(service=service, attachments=ids)
        if removed:
            text = ngettext("%(number)d file removed.", "%(number)d files removed.", removed)
            messages.success(request, text % {"number": removed})
        else:
            messages.info(request, _("Nothing to remove: these files are gone already."))
        return redirect("attachments")
    files = list(service.attachments.filter(pk__in=ids).prefetch_related(_USERS))
    if not files:
        messages.info(request, _("Select the files to remove first."))
        return redirect("attachments")
    in_use = any(file.autoresponders.all() for file in files)
    context = {"files": files, "in_use": in_use}
    return render(request, "autoresponder/attachments_remove.html", context)
