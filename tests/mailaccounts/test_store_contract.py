"""What every kind of mail store does, whatever it is made of. Proves G20, G21, G22, G31."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailaccounts.store import INBOX, JUNK, Learned, MailboxFull, MailStore, Usage
from mailaccounts.store.headers import decoded
from mailaccounts.store.maildir import MaildirStore
from mailaccounts.store.order import By, Order

ALICE, BOB = "alice@example.com", "bob@example.com"
# Dovecot reads this limit itself, and the caller tells a Maildir.
SMALL, LIMIT = "full@example.com", 20 * 1024
# Final delivery puts it on top of every message.
RETURN_PATH = b"Return-Path: <eve@sender.test>\r\n"


@pytest.fixture(params=["maildir", pytest.param("dovecot", marks=pytest.mark.mailhost)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MailStore:
    """One store of each kind, empty."""
    if request.param == "maildir":
        return MaildirStore(tmp_path / "mail")
    return request.getfixturevalue("dovecot_store")


def message(
    subject: str = "Hello", sender: str = "Eve <eve@sender.test>", body: str = "x"
) -> bytes:
    return RETURN_PATH + f"From: {sender}\r\nSubject: {subject}\r\n\r\n{body}\r\n".encode()


def keep(store: MailStore, *messages: bytes, address: str = ALICE) -> None:
    for number, content in enumerate(messages):
        store.deliver(address, content, key=f"key-{number}")


def subjects(store: MailStore, **how: object) -> list[str]:
    return [line.subject for line in store.list(ALICE, **how).messages]


def test_what_is_delivered_is_fetched_byte_for_byte(store):
    content = RETURN_PATH + b"Subject: \xff\r\n\r\n8-bit \xe9\r\n.\r\n..\r\n"
    keep(store, content)

    (line,) = store.list(ALICE).messages

    assert store.fetch(ALICE, line.id) == content
    assert line.octets == len(content)


def test_a_mailbox_that_never_was_is_empty(store):
    assert store.usage(ALICE) == Usage(0, 0)
    assert store.list(ALICE).total == 0
    assert store.delete_all(ALICE) == Usage(0, 0)


def test_mailboxes_are_apart(store):
    keep(store, message(), address=BOB)

    assert store.usage(ALICE) == Usage(0, 0)
    with pytest.raises(KeyError):
        store.fetch(ALICE, store.list(BOB).messages[0].id)


def test_a_message_id_that_is_not_there_is_a_key_error(store):
    keep(store, message())

    for forged in ("", "1.2", "../../bob/Maildir/new/1", "/etc/passwd", "\x00", "é"):
        with pytest.raises(KeyError):
            store.fetch(ALICE, forged)


def test_keeping_a_key_twice_keeps_one(store):
    store.deliver(ALICE, message(), key="one")
    store.deliver(ALICE, message(), key="one")

    assert store.list(ALICE).total == 1


def test_keeping_a_key_at_the_same_moment_keeps_one(store):
    start = threading.Barrier(8)

    def deliver(_: int) -> None:
        start.wait()
        store.deliver(ALICE, message(), key="one")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(deliver, range(8)))

    assert store.list(ALICE).total == 1


def test_keeping_in_parallel_loses_nothing(store):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: store.deliver(ALICE, message(f"m{i}"), key=str(i)), range(40)))

    assert sorted(subjects(store)) == sorted(f"m{i}" for i in range(40))


def test_one_message_for_two_keys_is_two(store):
    store.deliver(ALICE, message(), key="one")
    store.deliver(ALICE, message(), key="two")

    assert store.list(ALICE).total == 2


def test_confirming_keeps_the_message_and_may_be_repeated(store):
    store.deliver(ALICE, message(), key="one")
    store.confirm(ALICE, key="one")
    store.confirm(ALICE, key="one")
    store.confirm(BOB, key="never kept")

    assert store.list(ALICE).total == 1


def test_the_list_is_newest_first_in_pages(store):
    keep(store, *(message(f"m{i}") for i in range(7)))

    assert subjects(store, per_page=3) == ["m6", "m5", "m4"]
    assert subjects(store, per_page=3, page=3) == ["m0"]
    assert subjects(store, per_page=3, page=4) == []
    assert store.list(ALICE, page=4, per_page=3).total == 7


BY_HAND = {
    "-date": ["Re: apples", "pears", "Apples", "éclairs"],
    "date": ["éclairs", "Apples", "pears", "Re: apples"],
    "subject": ["Re: apples", "Apples", "éclairs", "pears"],
    "-subject": ["pears", "éclairs", "Re: apples", "Apples"],
    "sender": ["Apples", "Re: apples", "éclairs", "pears"],
    "-sender": ["pears", "éclairs", "Re: apples", "Apples"],
    "size": ["pears", "éclairs", "Re: apples", "Apples"],
    "-size": ["Apples", "Re: apples", "éclairs", "pears"],
}


def keep_fruit(store: MailStore) -> None:
    keep(
        store,
        message("=?utf-8?q?=C3=A9clairs?=", "dan@sender.test", "x" * 2000),
        message("Apples", "adam@sender.test", "x" * 4000),
        message("pears", '"Eve" <a@sender.test>', "x"),
        message("Re: apples", "=?utf-8?q?Bruno?= <z@sender.test>", "x" * 3000),
    )


@pytest.mark.parametrize("order", BY_HAND)
def test_the_list_is_sorted_in_pages(store, order):
    keep_fruit(store)
    sorted_ = BY_HAND[order]

    assert subjects(store, order=Order.of(order)) == sorted_
    assert subjects(store, order=Order.of(order), per_page=3, page=1) == sorted_[:3]
    assert subjects(store, order=Order.of(order), per_page=3, page=2) == sorted_[3:]
    assert subjects(store, order=Order.of(order), per_page=3, page=3) == []
    page = store.list(ALICE, order=Order.of(order), per_page=3)
    assert (page.total, str(page.order), page.sortable) == (4, order, frozenset(By))


@pytest.mark.parametrize("by", By)
def test_what_is_alike_is_newest_first_either_way(store, by):
    keep(store, *(message("Same", body=f"{number}") for number in range(3)))
    newest = [line.id for line in store.list(ALICE).messages]

    for order in (Order(by, backwards=True), Order(by, backwards=False)):
        listed = [line.id for line in store.list(ALICE, order=order).messages]
        assert listed == (newest[::-1] if str(order) == "date" else newest)


def test_what_is_found_is_sorted_too(store):
    keep_fruit(store)

    assert subjects(store, search="apples", order=Order.of("-size")) == ["Apples", "Re: apples"]
    assert subjects(store, search="apples", order=Order.of("date")) == ["Apples", "Re: apples"]
    assert subjects(store, search="nothing", order=Order.of("size")) == []
    assert subjects(store, folder="Nowhere", order=Order.of("subject")) == []


@pytest.mark.parametrize("nonsense", ["", "-", "--size", "weight", "date\0", "Size"])
def test_an_order_that_is_none_is_newest_first(nonsense):
    assert Order.of(nonsense) == Order(By.DATE, backwards=True)


def test_the_list_shows_headers_as_people_read_them(store):
    keep(
        store,
        message(
            "=?utf-8?q?Caf=C3=A9?= =?iso-8859-1?q?_=E9t=E9?=", "=?utf-8?b?w4lsb8Ovc2U=?= <e@x.test>"
        ),
        message("Grüße"),
        message("=?x-nobody-knows?q?abc?="),
        message("folded\r\n subject"),
        message("=?utf-8?b?broken"),
        message("two\x07bells"),
    )

    assert subjects(store) == [
        "two bells",
        "=?utf-8?b?broken",
        "folded subject",
        "abc",
        "Grüße",
        "Café été",
    ]
    assert store.list(ALICE).messages[-1].sender == "Éloïse <e@x.test>"


def test_a_message_without_headers_is_listed(store):
    keep(store, *(RETURN_PATH + end for end in (b"", b"\r\nSubject: body\r\n", b"no header\r\n")))

    assert [(m.subject, m.sender) for m in store.list(ALICE).messages] == [("", "")] * 3


def test_a_header_line_of_ten_megabytes_is_listed(store):
    keep(store, RETURN_PATH + b"Subject: " + b"=?a?q?" * 1_700_000 + b"\r\n\r\n")

    (line,) = store.list(ALICE).messages

    assert len(line.subject) <= 1000


def test_search_looks_into_decoded_subjects_and_senders(store):
    keep(
        store,
        message("=?utf-8?q?Caf=C3=A9?= at noon"),
        message("Invoice", "Noon Ltd <noon@x.test>"),
        message("Other", body="noon"),
    )

    assert subjects(store, search="NOON") == ["Invoice", "Café at noon"]
    assert subjects(store, search="café noon") == ["Café at noon"]
    assert store.list(ALICE, search="nothing").total == 0


def test_usage_follows_what_comes_and_goes(store):
    keep(store, message())
    first = store.usage(ALICE)
    store.deliver(ALICE, message(), key="another")
    second = store.usage(ALICE)
    store.delete_all(ALICE)

    octets = len(message())
    assert (first, second) == (Usage(1, octets), Usage(2, 2 * octets))
    assert store.usage(ALICE) == Usage(0, 0)


def test_delete_all_says_what_went_and_leaves_other_mailboxes(store):
    keep(store, message(), message())
    keep(store, message(), address=BOB)

    assert store.delete_all(ALICE) == Usage(2, 2 * len(message()))
    assert store.list(ALICE).messages == ()
    assert store.list(BOB).total == 1


def test_delete_all_before_a_moment_leaves_later_mail(store):
    keep(store, message())
    now = datetime.now(UTC)

    assert store.delete_all(ALICE, before=now - timedelta(days=1)) == Usage(0, 0)
    assert store.delete_all(ALICE, before=now + timedelta(days=1)) == Usage(1, len(message()))


def test_received_is_the_moment_of_keeping(store):
    before = datetime.now(UTC) - timedelta(seconds=1)
    keep(store, message())

    assert before < store.list(ALICE).messages[0].received < datetime.now(UTC)


def test_a_mailbox_may_be_used_again_after_deleting_all(store):
    store.deliver(ALICE, message(), key="one")
    store.delete_all(ALICE)
    store.deliver(ALICE, message("again"), key="two")

    assert subjects(store) == ["again"]


def known(store: MailStore, **how: object) -> list[tuple[str, Learned | None]]:
    return [(line.subject, line.learned) for line in store.list(ALICE, **how).messages]


def test_what_the_filter_learned_is_kept_with_the_message(store):
    keep(store, *(message(f"m{i}") for i in range(3)))
    last, middle, first = (line.id for line in store.list(ALICE).messages)

    store.note(ALICE, [first, middle], Learned.SPAM)
    store.note(ALICE, [middle], Learned.HAM)
    assert known(store) == [("m2", None), ("m1", Learned.HAM), ("m0", Learned.SPAM)]

    store.note(ALICE, [first, middle, last], None)
    assert known(store) == [("m2", None), ("m1", None), ("m0", None)]


def test_noting_changes_neither_the_message_nor_its_name_nor_who_is_beside_it(store):
    keep(store, message())
    keep(store, message(), address=BOB)
    (line,) = store.list(ALICE).messages

    store.note(ALICE, [line.id], Learned.HAM)
    store.note(ALICE, [line.id], Learned.HAM)

    assert store.list(ALICE).messages[0].id == line.id
    assert store.fetch(ALICE, line.id) == message()
    assert store.list(BOB).messages[0].learned is None


def test_noting_what_is_gone_or_was_never_there_changes_nothing(store):
    keep(store, message())
    (line,) = store.list(ALICE).messages
    store.delete_all(ALICE)
    store.deliver(ALICE, message("another"), key="another")

    store.note(ALICE, [line.id, "1.2", "../../x", "", "é", f"1.2.{JUNK}"], Learned.SPAM)
    store.note(BOB, [line.id], Learned.SPAM)

    assert known(store) == [("another", None)]


def test_the_beginnings_of_many_messages_are_fetched_at_once(store):
    keep(store, *(message(f"m{i}", body="x" * 500) for i in range(3)))
    ids = [line.id for line in store.list(ALICE).messages]

    found = store.fetch_many(ALICE, [*ids[:2], "1.2", "é", f"9.9.{JUNK}"], octets=100)

    assert found == {
        ids[0]: message("m2", body="x" * 500)[:100],
        ids[1]: message("m1", body="x" * 500)[:100],
    }
    assert store.fetch_many(ALICE, [], octets=100) == {}


def test_junk_is_kept_apart_and_counts(store):
    store.deliver(ALICE, message("one"), key="one", folder=JUNK)
    store.deliver(ALICE, message("two"), key="two", folder=JUNK)
    store.deliver(ALICE, message("good"), key="good")

    junk = store.list(ALICE, folder=JUNK)
    assert [m.subject for m in junk.messages] == ["two", "one"]
    assert [m.subject for m in store.list(ALICE).messages] == ["good"]
    assert store.fetch(ALICE, junk.messages[0].id) == message("two")
    assert store.usage(ALICE).messages == 3


@pytest.mark.parametrize(
    "folder",
    [
        "",
        ".",
        "..",
        "Nowhere",
        "../../bob/Maildir",
        "x/y\0",
        'a"b',
        "INBOX\r\nx NOOP",
        "é",
        "x" * 300,
    ],
)
def test_a_folder_of_any_other_name_is_empty(store, folder):
    store.deliver(ALICE, message(), key="one")

    assert store.list(ALICE, folder=folder).total == 0
    assert store.everything(ALICE, folder=folder) == []


def test_the_inbox_and_junk_are_the_first_folders(store):
    store.deliver(ALICE, message(), key="one")

    assert store.folders(ALICE)[:2] == [INBOX, JUNK]


def test_a_key_is_kept_once_whatever_the_folder(store):
    store.deliver(ALICE, message(), key="one", folder=JUNK)
    store.deliver(ALICE, message(), key="one")
    store.deliver(ALICE, message(), key="one", folder=JUNK)

    assert (store.list(ALICE).total, store.list(ALICE, folder=JUNK).total) == (0, 1)


def test_everything_is_named_in_the_order_of_the_list(store):
    keep(store, message("one"), message("two"), message("one more"))
    listed = [line.id for line in store.list(ALICE).messages]

    assert store.everything(ALICE) == listed
    assert store.everything(ALICE, search="ONE") == [listed[0], listed[2]]
    assert store.everything(ALICE, search="nothing") == []
    assert store.everything(ALICE, search="a\x07b") == []
    assert store.everything(ALICE, folder=JUNK) == []
    assert store.everything(BOB) == []


def test_what_is_noted_is_found_again(store):
    keep(store, *(message(f"m{i}") for i in range(3)))
    last, middle, _first = (line.id for line in store.list(ALICE).messages)
    store.note(ALICE, [last], Learned.SPAM)
    store.note(ALICE, [middle], Learned.HAM)

    assert store.learned(ALICE) == {Learned.SPAM: [last], Learned.HAM: [middle]}
    assert store.learned(BOB) == {Learned.SPAM: [], Learned.HAM: []}
    assert store.moved(ALICE) == {Learned.SPAM: [], Learned.HAM: []}


def test_a_folder_that_never_was_is_empty(store):
    keep(store, message())

    assert store.list(ALICE, folder=JUNK).total == 0
    assert store.list(BOB, folder=JUNK).messages == ()


def test_what_is_older_is_counted_as_it_would_be_deleted(store):
    keep(store, message(), message())
    now = datetime.now(UTC)

    assert store.usage(ALICE, before=now - timedelta(days=1)) == Usage(0, 0)
    assert store.usage(ALICE, before=now + timedelta(days=1)) == Usage(2, 2 * len(message()))
    assert store.usage(BOB, before=now) == Usage(0, 0)


def test_a_full_mailbox_takes_what_still_fits_and_mail_when_there_is_room(store):
    big, little = message(body="x" * (LIMIT - 1000)), message(body="x" * 100)
    store.deliver(SMALL, big, key="big", limit=LIMIT)

    for folder in (INBOX, JUNK):
        with pytest.raises(MailboxFull):
            store.deliver(SMALL, big, key="again", limit=LIMIT, folder=folder)
    store.deliver(SMALL, little, key="little", limit=LIMIT)
    store.delete_all(SMALL)
    store.deliver(SMALL, big, key="again", limit=LIMIT)

    assert store.usage(SMALL) == Usage(1, len(big))


def test_the_limit_is_kept_to_the_octet(store):
    room = LIMIT - len(message(body=""))

    with pytest.raises(MailboxFull):
        store.deliver(SMALL, message(body="x" * (room + 1)), key="one", limit=LIMIT)
    store.deliver(SMALL, message(body="x" * room), key="two", limit=LIMIT)

    assert store.usage(SMALL) == Usage(1, LIMIT)


def test_what_was_kept_may_come_again_though_the_mailbox_is_full_now(store):
    half = message(body="x" * (LIMIT // 2 - 200))
    store.deliver(SMALL, half, key="one", limit=LIMIT)
    store.deliver(SMALL, half, key="two", limit=LIMIT)

    store.deliver(SMALL, half, key="one", limit=LIMIT)

    assert store.usage(SMALL).messages == 2


def test_a_full_mailbox_is_nobody_elses_trouble(store):
    store.deliver(SMALL, message(body="x" * (LIMIT - 300)), key="one", limit=LIMIT)

    store.deliver(ALICE, message(body="x" * LIMIT), key="one", limit=10 * LIMIT)

    assert store.list(ALICE).total == 1


def test_ending_connections_that_there_are_not_changes_nothing(store):
    keep(store, message())

    store.disconnect([ALICE, BOB, "nobody@example.com"])

    assert store.list(ALICE).total == 1


@pytest.mark.parametrize("charset", ["a\0b", "no-such", "zlib", "idna", "undefined", "utf-8\udcff"])
def test_a_charset_that_is_none_is_read_as_well_as_can_be(charset):
    word = f"=?{charset}?q?hello?=".encode(errors="surrogateescape")

    assert "hello" in decoded(word)
