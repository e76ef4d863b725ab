"""What was typed into a form that could not be taken, to be sent once more."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.http import HttpRequest

# Nothing of these is ever written into a page again.
_SECRET = re.compile("password|confirmation|secret|token|code", re.IGNORECASE)


def kept(request: HttpRequest) -> list[tuple[str, str]]:
    """Name and value of each field, those of secrets left out."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if not _SECRET.search(name)
        for value in values
    ]


def has_secrets(request: HttpRequest) -> bool:
    """Whether something was typed that is left out."""
    return any(
        value and _SECRET.search(name)
        for name, value in request.POST.items()
        if name != "csrfmiddlewaretoken"
    )


def is_ours(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of this very site.

    For a form that another site has made, to keep it would be a trap with our own button on it.
    """
    origin = request.headers.get("Origin", "")
    if not origin:
        try:
            referer = urlsplit(request.headers.get("Referer", ""))
        except ValueError:
            return False
        origin = f"{referer.scheme}://{referer.netloc}"
    return origin == f"{request.scheme}://{request.get_host()}"
