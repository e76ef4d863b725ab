"""The Sessions screen: who is logged in to the account, and how to end that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.sessions import seconds_left

if TYPE_CHECKING:
    from mailaccounts.models.session import SessionQuerySet

PER_PAGE = 50
NAMED = 100  # that a confirmation names one by one
ORDERS = {
    "started": ("started", "pk"),
    "-started": ("-started", "-pk"),
    "ip": ("ip_address", "-started"),
    "-ip": ("-ip_address", "-started"),
    "idle": ("-last_activity", "-pk"),
    "-idle": ("last_activity", "pk"),
}


@owner_required()
def sessions(request: AccountRequest) -> HttpResponse:
    """Who is logged in to this account now, sorted and by the page."""
    sort = request.GET.get("sort", "")
    order = sort if sort in ORDERS else "-started"
    page = Paginator(_own(request).order_by(*ORDERS[order]), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "order": order, "own": request.session.session_key}
    return render(request, "panel/sessions.html", context)


@owner_required()
def sessions_remove(request: AccountRequest) -> HttpResponse:
    """Name the selected sessions, or all but the own one, and on POST end them.

    Ids that are not of this account are not found.
    """
    sent = request.POST if request.method == "POST" else request.GET
    chosen = _own(request)
    others = "others" in sent
    if others:
        chosen = chosen.exclude(session_key=request.session.session_key)
    else:
        ids = [text for text in sent.getlist("session") if text.isdecimal() and len(text) < 19]
        chosen = chosen.filter(pk__in=map(int, ids))
    number = chosen.count()
    mine = chosen.filter(session_key=request.session.session_key).exists()
    if not number:
        messages.info(request, _("Select the sessions to end first."))
        return redirect("sessions")
    if request.method == "POST":
        chosen.delete()
        messages.success(request, _ended(number))
        login = reverse("login", query={"language": get_language()})
        return redirect(login if mine else "sessions")
    named = chosen.order_by(*ORDERS["-started"])[:NAMED]
    context = {"chosen": named, "total": number, "more": max(0, number - NAMED)}
    context |= {"mine": mine, "others": others, "own": request.session.session_key}
    return render(request, "panel/sessions_remove.html", context)


@require_POST
@owner_required()
def session_stay(request: AccountRequest) -> HttpResponse:
    """A click that only says “I am still here”; the answer is for how long that holds."""
    return JsonResponse({"left": seconds_left(request.session, timezone.now())})


def _own(request: AccountRequest) -> SessionQuerySet:
    return request.user.sessions.alive(timezone.now()).select_related("account")


def _ended(number: int) -> str:
    return ngettext("%(number)s session ended.", "%(number)s sessions ended.", number) % {
        "number": intcomma(number)
    }
