"""Setting up a mail program: the screens, and the documents that programs fetch."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from mailaccounts.access import AccountRequest, owner_required
from panel.mail_programs import apple
from panel.mail_programs import autoconfig as mozilla
from panel.mail_programs import autodiscover as outlook
from panel.mail_programs.addresses import is_own_domain, own_address
from panel.mail_programs.doors import Doors, doors
from panel.mail_programs.hosts import domain_of, host_of
from panel.mail_programs.programs import Program, best_first

_XML = "application/xml; charset=utf-8"


@owner_required()
@require_safe
def mail_programs(request: AccountRequest) -> HttpResponse:
    """This server's values for the account, and steps in words."""
    context = _shown(request.user.address, best_first(request.headers.get("User-Agent", "")))
    context["code"] = _code(settings.PANEL_URL + _path("set_up", request.user.address))
    return render(request, "panel/mail_programs.html", context)


@require_safe
def set_up(request: HttpRequest) -> HttpResponse:
    """Where the code leads: the same for any device, for who is not logged in on it.

    Like the documents, it is there for every address of a domain of ours, and for no other.
    """
    # Help leads here without an address; for who is logged in, it is their own.
    own = getattr(request.user, "address", "")
    address = own_address(request.GET.get("email", own))
    if not address:
        raise Http404
    user_agent = request.headers.get("User-Agent", "")
    programs = best_first(user_agent)
    context = {
        **_shown(address, programs),
        "one_fits": programs[0].fits(user_agent),
        "languages": settings.LANGUAGES,
    }
    response = render(request, "panel/set_up.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def autoconfig(request: HttpRequest) -> HttpResponse:
    """Mozilla's document for the domain of the address, or of the name that was asked."""
    typed = request.GET.get("emailaddress", "")
    domain = own_address(typed).rpartition("@")[2] if typed else domain_of(host_of(request))
    if not domain or not is_own_domain(domain):
        raise Http404
    return HttpResponse(mozilla.document(domain, _open_doors()), content_type=_XML)


@csrf_exempt  # a mail program asks, and nothing is changed
@require_POST
def autodiscover(request: HttpRequest) -> HttpResponse:
    """Outlook's answer for an address of ours, the protocol's refusal for others."""
    try:
        address = own_address(outlook.address_asked_for(_body(request)))
        open_doors = doors()
        if not address or not open_doors.are_open:
            raise outlook.Refused(outlook.NOT_FOUND)
        content = outlook.answer(address, open_doors)
    except outlook.Refused as refused:
        content = outlook.refusal(refused, timezone.now())
    return HttpResponse(content, content_type=_XML)


@require_safe
def mobileconfig(request: HttpRequest) -> HttpResponse:
    """Apple's profile for an address of ours."""
    address = own_address(request.GET.get("email", ""))
    if not address:
        raise Http404
    return HttpResponse(
        apple.profile(address, _open_doors()),
        content_type=apple.CONTENT_TYPE,
        headers={"Content-Disposition": 'attachment; filename="mail.mobileconfig"'},
    )


def _shown(address: str, programs: list[Program]) -> dict[str, Any]:
    """What both screens show."""
    open_doors = doors()
    return {
        "address": address,
        "doors": open_doors if open_doors.are_open else None,
        "programs": programs,
        "set_up_path": _path("set_up", address),
        "profile_path": _path("mobileconfig", address),
    }


def _path(name: str, address: str) -> str:
    """The fewer characters, the easier a code is to read: an @ may stand in a query."""
    return f"{reverse(name)}?{urlencode({'email': address}, safe='@')}"


def _open_doors() -> Doors:
    open_doors = doors()
    if not open_doors.are_open:
        raise Http404
    return open_doors


def _body(request: HttpRequest) -> bytes:
    """As much of it as could be a question."""
    try:
        return request.read(outlook.SIZE_LIMIT + 1)
    except (UnreadablePostError, RawPostDataException) as error:
        raise outlook.Refused(outlook.INVALID) from error


def _code(text: str) -> SafeString:
    """A QR code as an SVG without styles, which the policy for pages would not let in."""
    drawn = segno.make(text, error="m").svg_inline(
        scale=4, border=4, dark="#000", light="#fff", svgclass="code", lineclass=None, omitsize=True
    )
    return mark_safe(drawn)  # noqa: S308 - made here, of numbers alone
