"""The heads of the Training list, by which it is sorted."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mailaccounts.store import MessagePage
from mailaccounts.store.order import By, Order

# On a telephone the lines of sender and date stand below the subject.
_HEADS = {
    By.SUBJECT: (_("Subject"), ""),
    By.SENDER: (_("Sender"), "wide-only"),
    By.DATE: (_("Date"), "wide-only"),
    By.SIZE: (_("Size"), "wide-only end"),
}
# Of these one wants to see the newest and the largest first.
_BACKWARDS_FIRST = {By.DATE, By.SIZE}


@dataclass(frozen=True)
class Head:
    """`link` is the order that a click asks for, empty where the list cannot be had in it; `sorted`
    is how the list is sorted by this column now, in the words of `aria-sort`.
    """

    label: str | Promise
    css: str
    link: str
    sorted: str


def heads(page: MessagePage) -> list[Head]:
    """Those of the columns that the messages have themselves."""
    return [
        Head(label, css, _link(by, page), _sorted(by, page.order))
        for by, (label, css) in _HEADS.items()
    ]


def _link(by: By, page: MessagePage) -> str:
    if by not in page.sortable:
        return ""
    if page.order.by == by:
        return str(Order(by, backwards=not page.order.backwards))
    return str(Order(by, backwards=by in _BACKWARDS_FIRST))


def _sorted(by: By, order: Order) -> str:
    if order.by != by:
        return ""
    return "descending" if order.backwards else "ascending"
