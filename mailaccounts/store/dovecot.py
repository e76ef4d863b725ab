"""Mailboxes in Dovecot: LMTP in, and IMAP as the master user for what people see."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection
from datetime import datetime

from mailaccounts.addresses import ADDRESS_OCTETS
from mailaccounts.smtp.connection import Broken, Patience, is_safe
from mailaccounts.smtp.pool import Pool
from mailaccounts.smtp.reply import Reply
from mailaccounts.store import (
    INBOX,
    JUNK,
    KEYWORDS,
    WANTED,
    Learned,
    MailboxFull,
    MessagePage,
    Moved,
    Names,
    StoreFull,
    StoreUnavailable,
    Usage,
)
from mailaccounts.store.doveadm import Doveadm
from mailaccounts.store.dovecot_ages import CHUNK, emptied, received_before
from mailaccounts.store.dovecot_ids import by_folder, is_folder, understood
from mailaccounts.store.dovecot_ids import message_id as named
from mailaccounts.store.dovecot_list import page_of
from mailaccounts.store.folders import sorted_folders
from mailaccounts.store.imap import Server, Session
from mailaccounts.store.order import NEWEST, Order
from mailaccounts.store.sessions import Sessions

_LMTP = Patience(connecting=5, replying=30, accepting=120)
_GLANCE = 5.0  # seconds that a page waits for the usage
_LOOK = 20.0
_WORK = 60.0
_WORDS = 20
_RETURN_PATH = re.compile(rb"Return-Path: <([!-~]*)>\r\n")
# What is done in an open folder: its name, its UIDVALIDITY, and the UIDs of some messages.
_Work = Callable[[Session, str, int, list[int]], None]
# What is put behind the name of a delivery: `once.sieve` reads it.
_FOLDERS = {INBOX: "", JUNK: ".junk"}


class DovecotStore:
    """A message begins with its `Return-Path:`, which Dovecot writes itself from the envelope.

    The key travels as the detail of the recipient, `alice+KEY@example.com`, and Dovecot's Sieve
    remembers for a week which it has kept (`once.sieve`): a message that comes again is known even
    if the crash was between Dovecot's 250 and our commit, and wherever its owner has moved it. The
    folder travels behind it.
    """

    def __init__(
        self,
        host: str,
        lmtp: int,
        imap: Server,
        doveadm: Doveadm | None = None,
        patience: Patience = _LMTP,
    ) -> None:
        self._lmtp = Pool(host, lmtp, patience, hello="LHLO")
        self._imap = Sessions(imap)
        self._doveadm = doveadm

    def deliver(
        self,
        address: str,
        message: bytes,
        *,
        key: str,
        folder: str = INBOX,
        limit: int | None = None,
    ) -> None:
        """The limit is Dovecot's own business, which reads it where we do."""
        local_part, domain = _parts(address)
        name = hashlib.sha256(key.encode()).hexdigest()[:32] + _FOLDERS[folder]
        sender, content = _envelope(message)
        try:
            (reply,) = self._lmtp.send(
                sender, [f"{local_part}+{name}@{domain}"], [content], smtputf8=False
            )
        except Broken as error:
            raise StoreUnavailable(f"LMTP: {error}") from error
        _judge(reply)

    def confirm(self, address: str, *, key: str) -> None:
        """Nothing to do: Dovecot forgets by itself."""

    def list(
        self,
        address: str,
        *,
        search: str = "",
        page: int = 1,
        per_page: int = 50,
        folder: str = INBOX,
        order: Order = NEWEST,
    ) -> MessagePage:
        words = _words(search)
        if words is None or not is_folder(folder):
            return MessagePage((), 0, order)
        start = (max(page, 1) - 1) * per_page

        def look(session: Session) -> MessagePage:
            return page_of(session, folder, words, order, start, per_page)

        return self._imap.run(_checked(address), look, patience=_LOOK)

    def folders(self, address: str) -> Names:
        return sorted_folders(self._imap.run(_checked(address), Session.folders, patience=_LOOK))

    def everything(self, address: str, *, search: str = "", folder: str = INBOX) -> Names:
        words = _words(search)
        if words is None or not is_folder(folder):
            return []

        def look(session: Session) -> Names:
            total, validity = session.open(folder)
            uids = session.uids(words) if total else []
            return [named(folder, validity, uid) for uid in reversed(uids)]

        return self._imap.run(_checked(address), look, patience=_LOOK)

    def fetch(self, address: str, message_id: str) -> bytes:
        said = understood(message_id)
        if said is None:
            raise KeyError(message_id)
        folder, validity, uid = said

        def look(session: Session) -> bytes | None:
            return session.fetch_whole(uid) if session.open(folder)[1] == validity else None

        content = self._imap.run(_checked(address), look, patience=_LOOK)
        if content is None:
            raise KeyError(message_id)
        return content

    def fetch_many(
        self, address: str, message_ids: Collection[str], *, octets: int
    ) -> dict[str, bytes]:
        found: dict[str, bytes] = {}

        def look(session: Session, folder: str, validity: int, uids: list[int]) -> None:
            for item in session.fetch_parts(uids, octets):
                found[named(folder, validity, item.uid)] = item.content

        self._each(address, message_ids, look, readonly=True)
        return found

    def note(self, address: str, message_ids: Collection[str], learned: Learned | None) -> None:
        add = [KEYWORDS[learned]] if learned else []
        remove = [word for kind, word in KEYWORDS.items() if kind != learned] + [*WANTED.values()]

        def work(session: Session, _folder: str, _validity: int, uids: list[int]) -> None:
            session.flag(uids, remove=remove, add=add)

        self._each(address, message_ids, work, readonly=False)

    def learned(self, address: str) -> Moved:
        return self._having(address, KEYWORDS)

    def moved(self, address: str) -> Moved:
        return self._having(address, WANTED)

    def _having(self, address: str, words: dict[Learned, str]) -> Moved:
        def look(session: Session) -> Moved:
            found: Moved = {kind: [] for kind in words}
            for folder in session.folders():
                total, validity = session.open(folder)
                for kind, keyword in words.items() if total else ():
                    uids = session.having(keyword)
                    found[kind] += (named(folder, validity, uid) for uid in uids)
            return found

        return self._imap.run(_checked(address), look, patience=_WORK)

    def _each(
        self,
        address: str,
        message_ids: Collection[str],
        do: _Work,
        *,
        readonly: bool,
    ) -> None:
        """Do it with the numbers of the messages of each folder, by the chunk."""

        def work(session: Session) -> None:
            for (folder, validity), uids in by_folder(message_ids).items():
                if session.open(folder, readonly=readonly)[1] == validity:
                    for start in range(0, len(uids), CHUNK):
                        do(session, folder, validity, uids[start : start + CHUNK])

        self._imap.run(_checked(address), work, patience=_WORK)

    def usage(self, address: str, *, before: datetime | None = None) -> Usage:
        if before is not None:
            return self._usage_before(address, before)
        folders = self._imap.run(_checked(address), Session.holds, patience=_GLANCE)
        return Usage(sum(number for number, _ in folders), sum(octets for _, octets in folders))

    def _usage_before(self, address: str, before: datetime) -> Usage:
        def look(session: Session) -> Usage:
            found = [
                item.octets
                for folder in session.folders()
                for item in received_before(session, folder, before)
            ]
            return Usage(len(found), sum(found))

        return self._imap.run(_checked(address), look, patience=_LOOK)

    def delete_all(self, address: str, *, before: datetime | None = None) -> Usage:
        def work(session: Session) -> Usage:
            gone = [
                item.octets
                for folder in session.folders()
                for item in emptied(session, folder, before)
            ]
            return Usage(len(gone), sum(gone))

        return self._imap.run(_checked(address), work, patience=_WORK, fresh=True)

    def disconnect(self, addresses: Collection[str]) -> None:
        """Without doveadm they end when their mail programs hang up."""
        if self._doveadm is not None:
            self._doveadm.kick([_checked(address) for address in addresses])

    def close(self) -> None:
        """Let go of the connections that are kept."""
        self._lmtp.close()
        self._imap.close()


def _checked(address: str) -> str:
    local_part, at, domain = address.rpartition("@")
    if not (local_part and at and domain and address.isascii() and is_safe(address)):
        raise ValueError(f"Not an account's address: {address!r}")
    if len(address) > ADDRESS_OCTETS or "+" in local_part or " " in address:
        raise ValueError(f"Not an account's address: {address!r}")
    return address


def _parts(address: str) -> tuple[str, str]:
    local_part, _, domain = _checked(address).rpartition("@")
    return local_part, domain


def _envelope(message: bytes) -> tuple[str, bytes]:
    """The sender for MAIL, and the message without the line that Dovecot makes of it.

    A sender that Dovecot could not take (not ASCII) stays in the message alone.
    """
    said = _RETURN_PATH.match(message)
    return (said[1].decode(), message[said.end() :]) if said else ("", message)


def _judge(reply: Reply) -> None:
    """Only "kept" is good news. Even a 550 is for now: our database says there is a mailbox.

    After an outage of its own database Dovecot once says that a mailbox is not there.
    """
    if reply.is_success:
        return
    detail = reply.enhanced.partition(".")[2]
    kind: type[StoreUnavailable] = StoreUnavailable
    if detail == "2.2":  # RFC 3463: the mailbox
        kind = MailboxFull
    elif detail == "3.1" or reply.code in (452, 552):  # the disk
        kind = StoreFull
    raise kind(f"LMTP: {reply}")


def _words(search: str) -> list[str] | None:
    """What to look for; `None` for what nothing that is shown contains."""
    words = search.casefold().split()[:_WORDS]
    return words if all(word.isprintable() for word in words) else None
