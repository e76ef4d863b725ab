"""The heads of the Training list, by which it is sorted."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mailaccounts.store import MessagePage
from mailaccounts.store.order import By, Order

# On a telephone, where sender, date and size stand below the subject, one chooses from these.
_CHOICES = {
    Order(By.DATE, backwards=True): _("Newest first"),
    Order(By.DATE, backwards=False): _("Oldest first"),
    Order(By.SUBJECT, backwards=False): _("By subject"),
    Order(By.SUBJECT, backwards=True): _("By subject, backwards"),
    Order(By.SENDER, backwards=False): _("By sender"),
    Order(By.SENDER, backwards=True): _("By sender, backwards"),
    Order(By.SIZE, backwards=True): _("Largest first"),
    Order(By.SIZE, backwards=False): _("Smallest first"),
}
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


def choices(page: MessagePage) -> list[tuple[str, str | Promise, bool]]:
    """The orders that the list can be had in: as asked for, in words, and whether it is so now."""
    return [
        (str(order), label, order == page.order)
        for order, label in _CHOICES.items()
        if order.by in page.sortable
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
