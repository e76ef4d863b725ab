"""Template tags of the frame; builtins, so no template loads them."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BoundField
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaultfilters import stringfilter
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from mailaccounts import addresses
from panel.skins import default_skin, logo_url, skin_url

register = template.Library()


@cache
def drawing(name: str, extra: str = "") -> SafeString:
    """One icon of the sprite; the same for the life of the process, so made once."""
    css = f"icon {extra}" if extra else "icon"
    if name == "mark":
        css = "mark"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        css,
        static("panel/icons.svg"),
        name,
    )


register.simple_tag(drawing, name="icon")


register.simple_tag(skin_url, name="skin_path")
register.simple_tag(default_skin)


@register.simple_tag
def favicon() -> str:
    """Where the browser finds what it shows beside the title of the page."""
    return logo_url() or static("panel/mark.svg")


@register.simple_tag
def brand() -> SafeString:
    """The provider's logo and name, or those of the panel."""
    logo = logo_url()
    picture = format_html('<img class="mark" src="{}" alt="">', logo) if logo else drawing("mark")
    return format_html("{}{}", picture, settings.PROVIDER_NAME)


@register.simple_tag
def provider() -> str:
    """The provider's name."""
    return str(settings.PROVIDER_NAME)


class BlockText(template.Node):
    """The text of a block as a variable, empty when no template fills it."""

    def __init__(self, block: str, variable: str) -> None:
        self.block = block
        self.variable = variable

    def render(self, context: Context) -> str:
        node = context.render_context[BLOCK_CONTEXT_KEY].get_block(self.block)
        context[self.variable] = mark_safe(node.render(context).strip()) if node else ""  # noqa: S308 - a block's own output, escaped already
        return ""


@register.tag
def blocktext(parser: Parser, token: Token) -> BlockText:
    """`{% blocktext title as title %}`: a block that stands in two places, or in none."""
    _, block, _, variable = token.split_contents()
    return BlockText(block, variable)


@register.filter(is_safe=True)
@stringfilter
def mailaddress(address: str) -> SafeString:
    """An address as people read it, which may break after `@`, from left to right in any text."""
    local_part, at, domain = addresses.readable(address).rpartition("@")
    if not at:
        return conditional_escape(domain)
    return format_html("<bdi>{}@<wbr>{}</bdi>", local_part, domain)


@register.filter
def moment(text: str) -> datetime:
    """A point in time that was kept as text, for the filter `date`."""
    return datetime.fromisoformat(text)


@register.filter
def idle_time(since: datetime) -> str:
    """For how long nobody has clicked: hours and minutes."""
    minutes = int((timezone.now() - since).total_seconds()) // 60
    if minutes < 1:
        return _("under a minute")
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    hours, minutes = divmod(minutes, 60)
    return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}


@register.filter
def label(text: object, length: int | str) -> SafeString:
    """A label, cut to the length its reader likes; whole for the pointer and screen readers."""
    whole = str(text)
    if not length or len(whole) <= int(length):
        return conditional_escape(whole)
    return format_html(
        '<span title="{0}"><span aria-hidden="true">{1}…</span>'
        '<span class="hidden">{0}</span></span>',
        whole,
        whole[: int(length) - 1].rstrip(),
    )


@register.filter
def control(field: BoundField) -> SafeString:
    """A field's widget in the hand of the panel."""
    if field.widget_type in ("checkbox", "radioselect", "checkboxselectmultiple"):
        return field.as_widget()
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"input {own}".strip()})


@register.filter
def page_numbers(page: Page[Any]) -> list[int | str]:
    """The numbers around this page, the first and the last; gaps are an ellipsis."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))
