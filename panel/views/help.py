"""Help: one page per screen, in the interface language."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from mailaccounts.access import AccountRequest, owner_required
from panel.screens import help_pages


@owner_required()
def help(request: AccountRequest) -> HttpResponse:  # noqa: A001 - a screen has one name everywhere
    return _page(request, "help")


@owner_required()
def help_page(request: AccountRequest, page: str) -> HttpResponse:
    if page not in help_pages():
        raise Http404
    return _page(request, page)


def _page(request: AccountRequest, page: str) -> HttpResponse:
    """The page in the interface language, in English where that has none."""
    language = get_language() or "en"
    return render(request, [f"help/{language}/{page}.html", f"help/en/{page}.html"])
