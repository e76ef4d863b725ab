"""The list of autoresponders: switching the service, removing several."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from autoresponder.actions import remove_autoresponders
from autoresponder.sentences import overlaps
from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.views.notices import say_done


@owner_required("manage_autoresponders")
def autoresponders(request: AccountRequest) -> HttpResponse:
    """All of the account, of which there are few."""
    service = request.user.auto_reply
    every = list(service.autoresponders.prefetch_related("attachments"))
    context = {
        "service": service,
        "autoresponders": every,
        "overlaps": overlaps(every),
        "today": service.today(timezone.now()),
    }
    return render(request, "autoresponder/autoresponders.html", context)


@require_POST
@owner_required("manage_autoresponders")
def autoresponders_on(request: AccountRequest) -> HttpResponse:
    request.user.auto_reply.switch(on=True)
    messages.success(request, _("The autoresponders are on."))
    return redirect("autoresponders")


@require_POST
@owner_required("manage_autoresponders")
def autoresponders_off(request: AccountRequest) -> HttpResponse:
    request.user.auto_reply.switch(on=False)
    say_done(request, _("The autoresponders are off. All of them are kept as templates."))
    return redirect("autoresponders")


@owner_required("manage_autoresponders")
def autoresponders_remove(request: AccountRequest) -> HttpResponse:
    """Name what goes, and on POST remove it; ids that are not the account's are not found."""
    service = request.user.auto_reply
    ids = selected(request, "autoresponder")
    if request.method == "POST":
        removed = remove_autoresponders(service=service, autoresponders=ids)
        if removed:
            text = ngettext(
                "%(number)d autoresponder removed.", "%(number)d autoresponders removed.", removed
            )
            say_done(request, text % {"number": removed})
        else:
            messages.info(request, _("Nothing to remove: these autoresponders are gone already."))
        return redirect("autoresponders")
    chosen = list(service.autoresponders.filter(pk__in=ids))
    if not chosen:
        messages.info(request, _("Select the autoresponders to remove first."))
        return redirect("autoresponders")
    return render(request, "autoresponder/autoresponders_remove.html", {"autoresponders": chosen})


def selected(request: AccountRequest, name: str) -> list[int]:
    """The ids that were ticked; what cannot be one is left out."""
    sent = request.POST if request.method == "POST" else request.GET
    return [int(text) for text in sent.getlist(name) if text.isdecimal() and len(text) < 19]
