"""A form whose token is not good any more: what was typed is kept, and can be sent once more.

That happens when somebody logs in again in another tab, which changes the token of all tabs.
"""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from panel.views import typed
from panel.views.errors import CSRF, respond

# Open without a login.
_DOORS = {"login", "password_reset", "password_reset_confirm"}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """With a fresh token around what was typed, if it was typed into a page of ours."""
    if not typed.is_ours(request):
        return respond(request, CSRF)
    kept = typed.kept(request)
    match = request.resolver_match
    context = {
        "kept": kept,
        # What somebody would be sorry to type again, not every box that is ticked.
        "text": "\n".join(value for _name, value in kept if re.search(r"[\s@]", value)),
        "secrets": typed.has_secrets(request),
        "files": request.content_type == "multipart/form-data",
        "inside": match is not None and match.url_name not in _DOORS,
        "action": request.get_full_path(),
    }
    return render(request, "panel/expired.html", context, status=403)
