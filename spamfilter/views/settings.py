"""The Spam filter and Antivirus screens: what is done with incoming mail."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.views.notices import say_done
from spamfilter.forms.spam_filter import AntivirusForm, SpamFilterForm
from spamfilter.health import clamd_health, spamd_health
from spamfilter.models import ServerListEntry, SpamFilter
from spamfilter.views.tabs import list_counts
from spamfilter.words import what_applies


@owner_required("manage_spam_filter")
def spam_filter_edit(request: AccountRequest) -> HttpResponse:
    """What is spam, and what happens to it."""
    account = request.user
    health = spamd_health(timezone.now())
    applies = what_applies(account.spam_filter)  # the form changes the row before it is saved
    form = SpamFilterForm(
        request.POST if request.method == "POST" else None,
        instance=account.spam_filter,
        server=list_counts(ServerListEntry.objects.all()),
        is_there=health.is_available,
    )
    if form.is_valid():
        form.save()
        say_done(request, _saved(account.spam_filter))
        return redirect("home")
    context = {
        "form": form,
        "applies": applies,
        "health": health,
        "tabs": list_counts(account.spam_filter.entries.all()),
        "was_on": form.initial["enabled"],
    }
    return render(request, "spamfilter/spam_filter_edit.html", context)


@owner_required("manage_antivirus")
def antivirus_edit(request: AccountRequest) -> HttpResponse:
    """Whether incoming mail is scanned for viruses."""
    antivirus = request.user.antivirus
    health = clamd_health(timezone.now())
    form = AntivirusForm(
        request.POST if request.method == "POST" else None,
        instance=antivirus,
        is_there=health.is_available,
    )
    if form.is_valid():
        changed = form.has_changed()
        form.save()
        if changed:
            say_done(
                request,
                _("The antivirus is on: the next message is scanned.")
                if antivirus.enabled
                else _("The antivirus is off: messages are kept unscanned."),
            )
        return redirect("home")
    context = {
        "form": form,
        "health": health,
        "was_on": form.initial["enabled"],
    }
    return render(request, "spamfilter/antivirus_edit.html", context)


def _saved(wanted: SpamFilter) -> str:
    if not wanted.enabled:
        return _("Spam filter saved. It is off.")
    return _("Spam filter saved. %(sentence)s") % {"sentence": what_applies(wanted)}
