"""A form whose token is not good any more: what was typed is kept, and can be sent once more.

That happens when somebody logs in again in another tab, which changes the token of all tabs.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from panel.views.errors import CSRF, respond

# Nothing of these is ever written into a page again.
_SECRET = re.compile("password|confirmation|secret|token|code", re.IGNORECASE)
# Open without a login.
_DOORS = {"login", "password_reset", "password_reset_confirm"}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """With a fresh token around what was typed, if it was typed into a page of ours.

    For a form that another site has made, that would be a trap with our own button on it.
    """
    if not _is_ours(request):
        return respond(request, CSRF)
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if not _SECRET.search(name)
        for value in values
    ]
    match = request.resolver_match
    context = {
        "kept": kept,
        # What somebody would be sorry to type again, not every box that is ticked.
        "text": "\n".join(value for _name, value in kept if re.search(r"[\s@]", value)),
        "secrets": any(
            value and _SECRET.search(name)
            for name, value in request.POST.items()
            if name != "csrfmiddlewaretoken"
        ),
        "files": request.content_type == "multipart/form-data",
        "inside": match is not None and match.url_name not in _DOORS,
        "action": request.get_full_path(),
    }
    return render(request, "panel/expired.html", context, status=403)


def _is_ours(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of this very site."""
    origin = request.headers.get("Origin", "")
    if not origin:
        try:
            referer = urlsplit(request.headers.get("Referer", ""))
        except ValueError:
            return False
        origin = f"{referer.scheme}://{referer.netloc}"
    return origin == f"{request.scheme}://{request.get_host()}"
