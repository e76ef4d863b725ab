"""Help: one page per screen, in the interface language. Open to all, for who cannot log in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from panel.help import PAGES
from panel.screens import path_of


@require_safe
def help(request: HttpRequest) -> HttpResponse:  # noqa: A001 - a screen has one name everywhere
    return _render(request, "help", {"title": _("Help"), "contents": PAGES})


@require_safe
def help_page(request: HttpRequest, page: str) -> HttpResponse:
    if page not in PAGES:
        raise Http404
    others = {name: title for name, title in PAGES.items() if name != page}
    known = request.user.is_authenticated
    return _render(
        request,
        page,
        {"title": PAGES[page], "others": others, "screen": path_of(page) if known else ""},
    )


def _render(request: HttpRequest, page: str, context: dict[str, object]) -> HttpResponse:
    """The page in the interface language, in English where that has none."""
    known = request.user.is_authenticated
    context["layout"] = "panel/help_page.html" if known else "panel/help_door.html"
    language = get_language() or "en"
    return render(request, [f"help/{language}/{page}.html", f"help/en/{page}.html"], context)
