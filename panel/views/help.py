"""Help: one page per screen, in the interface language. Open to all, for who cannot log in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import select_template
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from panel.help import PAGES, chapter_of, chapters, neighbours
from panel.help_search import LONGEST_QUERY, search_help
from panel.screens import path_of


@require_safe
def help(request: HttpRequest) -> HttpResponse:  # noqa: A001 - a screen has one name everywhere
    """The contents, or what a search has found."""
    query = request.GET.get("q", "")[:LONGEST_QUERY].strip()
    context: dict[str, object] = {"title": _("Help"), "chapters": chapters(), "query": query}
    if query:
        context["found"] = search_help(query)
    return _render(request, "help", context)


@require_safe
def help_page(request: HttpRequest, page: str) -> HttpResponse:
    """One page, with its chapter and the ways to the pages before and after it."""
    if page not in PAGES:
        raise Http404
    before, after = neighbours(page)
    context: dict[str, object] = {
        "title": PAGES[page],
        "page": page,
        "chapter": chapter_of(page),
        "before": (before, PAGES[before]) if before else None,
        "after": (after, PAGES[after]) if after else None,
        "screen": path_of(page) if request.user.is_authenticated else "",
    }
    return _render(request, page, context)


def _render(request: HttpRequest, page: str, context: dict[str, object]) -> HttpResponse:
    """The page in the interface language; in English, and marked so, where that has none."""
    known = request.user.is_authenticated
    context["layout"] = "panel/help_page.html" if known else "panel/help_door.html"
    own = f"help/{get_language() or 'en'}/{page}.html"
    template = select_template([own, f"help/en/{page}.html"])
    context["foreign"] = template.template.name != own
    return HttpResponse(template.render(context, request))
