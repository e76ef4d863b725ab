"""One page of a folder's messages, as Dovecot's index and cache have them."""

from __future__ import annotations

from collections.abc import Sequence

from mailaccounts.store import KEYWORDS, MessagePage, MessageSummary
from mailaccounts.store.dovecot_ids import message_id
from mailaccounts.store.headers import read_headers
from mailaccounts.store.imap import Item, Session
from mailaccounts.store.order import By, Order

_HEADERS = "[HEADER.FIELDS (SUBJECT FROM)]<0.65536>"
# RFC 5256 and RFC 5957. By date nothing is sorted: a folder is in the order of arrival.
_SORT = {By.SUBJECT: "SUBJECT", By.SENDER: "DISPLAYFROM", By.SIZE: "SIZE"}


def page_of(
    session: Session, folder: str, words: Sequence[str], order: Order, start: int, number: int
) -> MessagePage:
    """So many messages from the place `start` on."""
    total, validity = session.open(folder)
    by_arrival = order.by == By.DATE
    if by_arrival:
        found = session.search(words) if words and total else range(1, total + 1)
        wanted = _cut(found, start, number, backwards=order.backwards)
        items = session.fetch(wanted, _HEADERS)
        items = items[::-1] if order.backwards else items
    else:
        # The other way round and from its end: those that are alike come newest first.
        found = session.sort(_SORT[order.by], words, backwards=not order.backwards) if total else []
        wanted = _cut(found, start, number, backwards=True)[::-1]
        known = {item.uid: item for item in session.fetch_by_uid(wanted, _HEADERS)}
        items = [known[uid] for uid in wanted if uid in known]
    shown = tuple(_summary(item, folder, validity) for item in items)
    return MessagePage(shown, len(found), order, frozenset(By))


def _cut(found: Sequence[int], start: int, number: int, *, backwards: bool) -> Sequence[int]:
    if backwards:
        end = max(0, len(found) - start)
        return found[max(0, end - number) : end]
    return found[start : start + number]


def _summary(item: Item, folder: str, validity: int) -> MessageSummary:
    subject, sender = read_headers(item.content)
    learned = next((kind for kind, word in KEYWORDS.items() if word in item.flags), None)
    name = message_id(folder, validity, item.uid)
    return MessageSummary(name, subject, sender, item.received, item.octets, learned)
