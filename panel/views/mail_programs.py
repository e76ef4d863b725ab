"""Setting up a mail program: the screen, and the documents that programs fetch."""

from __future__ import annotations

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

_XML = "application/xml; charset=utf-8"


@owner_required()
@require_safe
def mail_programs(request: AccountRequest) -> HttpResponse:
    """This server's values for the account, and steps in words."""
    open_doors = doors()
    path = f"{reverse('mobileconfig')}?{urlencode({'email': request.user.address})}"
    context = {
        "doors": open_doors if open_doors.are_open else None,
        "profile_path": path,
        "code": _code(settings.PANEL_URL + path) if open_doors.are_open else "",
    }
    return render(request, "panel/mail_programs.html", context)


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
        scale=4, border=3, dark="#000", light="#fff", svgclass="code", lineclass=None, omitsize=True
    )
    return mark_safe(drawn)  # noqa: S308 - made here, of numbers alone
