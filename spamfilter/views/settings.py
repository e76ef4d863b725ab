"""The Spam filter and Antivirus screens: what is done with incoming mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.views.notices import say_done
from spamfilter.forms.spam_filter import AntivirusForm, SpamFilterForm
from spamfilter.health import clamd_health, spamd_health
from spamfilter.models import ServerListEntry, SpamFilter
from spamfilter.retrospective import compare, effect
from spamfilter.views.tabs import list_counts
from spamfilter.words import points, what_applies


@owner_required("manage_spam_filter")
def spam_filter_edit(request: AccountRequest) -> HttpResponse:
    """What is spam, and what happens to it."""
    account = request.user
    screen = _screen(request)
    form = screen["form"]
    if form.is_valid():
        form.save()
        say_done(request, _saved(account.spam_filter))
        return redirect("home")
    return render(request, "spamfilter/spam_filter_edit.html", screen)


@require_POST
@owner_required("manage_spam_filter")
def spam_filter_preview(request: AccountRequest) -> HttpResponse:
    """Save nothing, but say what the limit that is on the form would have meant."""
    screen = _screen(request)
    before = request.user.spam_filter.required_score  # the form changes the row, unsaved
    screen["form"].is_valid()
    limit = screen["form"].cleaned_data.get("required_score")
    if limit is not None:
        screen["retrospective"] = compare(request.user, before, limit)
        screen["limit"] = points(limit)
    return render(request, "spamfilter/spam_filter_edit.html", screen)


def _screen(request: AccountRequest) -> dict[str, Any]:
    account, health = request.user, spamd_health(timezone.now())
    # Before the form changes the row.
    applies, done = what_applies(account.spam_filter), effect(account, timezone.now())
    form = SpamFilterForm(
        request.POST if request.method == "POST" else None,
        instance=account.spam_filter,
        server=list_counts(ServerListEntry.objects.all()),
        is_there=health.is_available,
    )
    return {
        "form": form,
        "applies": applies,
        "effect": done,
        "days": settings.LOG_DAYS,
        "health": health,
        "tabs": list_counts(account.spam_filter.entries.all()),
        "was_on": form.initial["enabled"],
    }


@owner_required("manage_antivirus")
def antivirus_edit(request: AccountRequest) -> HttpResponse:
    """Whether incoming mail is scanned for viruses."""
    antivirus = request.user.antivirus
    health = clamd_health(timezone.now())
    form = AntivirusForm(
        request.POST if request.method == "POST" else None,
        instance=antivirus,
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
