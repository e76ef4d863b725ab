"""Staff look at infected mail as text, release or delete it, all on record. Proves G33, B6."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from mailaccounts.store import StoreUnavailable
from spamfilter.housekeeping import housekeep
from spamfilter.models import Quarantine
from spamfilter.reading import look_into
from tests.clamd import EICAR
from tests.make import make_account

LIST = "/admin/spamfilter/quarantine/"
MESSAGE = (
    b"Return-Path: <eve@far.example>\r\nFrom: Eve <eve@far.example>\r\nSubject: <b>Hi</b>\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/html; charset=latin-1\r\n\r\n<script>alert(1)</script>\xe9\r\n"
    b'--b\r\nContent-Type: application/zip; name="<i>.zip"\r\n\r\n' + EICAR + b"\r\n--b--\r\n"
)


def make_quarantine(account, message: bytes = MESSAGE, **fields: object) -> Quarantine:
    values = {
        "received": timezone.now(),
        "recipient": account.address,
        "sender": "eve@far.example",
        "author": "Eve <eve@far.example>",
        "subject": "<b>Hi</b>",
        "virus": "Eicar",
        "octets": len(message),
    }
    return Quarantine.objects.create(account=account, message=message, **{**values, **fields})


def page_of(quarantined: Quarantine) -> str:
    return f"{LIST}{quarantined.pk}/change/"


def deeds() -> list[tuple[str, str]]:
    return list(LogEntry.objects.order_by("pk").values_list("user__address", "change_message"))


@pytest.fixture
def kept(store, monkeypatch):
    monkeypatch.setattr("spamfilter.quarantine.mail_store", lambda: store)

    def read(account) -> list[bytes]:
        messages = store.list(account.address).messages
        return [store.fetch(account.address, message.id) for message in messages]

    return read


def test_a_message_is_shown_as_text_and_the_look_is_on_record(as_staff, alice):
    quarantined = make_quarantine(alice)

    page = as_staff.get(page_of(quarantined))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;é" in page.text
    assert "<script>alert" not in page.text
    assert "<b>Hi" not in page.text
    assert "&lt;i&gt;.zip" in page.text
    assert EICAR.decode() not in page.text
    assert deeds() == [("staff@example.com", "Looked at.")]


def test_it_is_released_into_the_mailbox_once(as_staff, alice, kept):
    quarantined = make_quarantine(alice)

    for _ in range(2):
        answer = as_staff.post(f"{LIST}{quarantined.pk}/release/", follow=True)
        assert answer.status_code == 200

    assert kept(alice) == [MESSAGE]
    quarantined.refresh_from_db()
    assert quarantined.released is not None
    assert "Release into the mailbox" not in answer.text
    assert ("staff@example.com", "Released.") in deeds()


def test_while_the_store_is_down_nothing_is_released(as_staff, alice, monkeypatch):
    def silent(*_arguments: object, **_more: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr("spamfilter.admin.quarantine.release", silent)
    quarantined = make_quarantine(alice)

    page = as_staff.post(f"{LIST}{quarantined.pk}/release/", follow=True)

    assert "The mail store does not answer now" in page.text
    assert ("staff@example.com", "Released.") not in deeds()


def test_it_is_deleted(as_staff, alice):
    quarantined = make_quarantine(alice)

    assert as_staff.get(f"{LIST}{quarantined.pk}/delete/").status_code == 200
    as_staff.post(f"{LIST}{quarantined.pk}/delete/", {"post": "yes"})

    assert Quarantine.objects.count() == 0
    assert len(deeds()) == 1


@pytest.mark.parametrize(
    ("rights", "look", "release", "delete"),
    [
        ((), 403, 403, 403),
        (("view_quarantine",), 200, 403, 403),
        (("view_quarantine", "change_quarantine"), 200, 302, 403),
        (("view_quarantine", "delete_quarantine"), 200, 403, 302),
    ],
)
def test_a_role_opens_what_it_names(as_clerk, alice, kept, rights, look, release, delete):
    clerk = as_clerk(*rights)
    quarantined = make_quarantine(alice)

    assert clerk.get(page_of(quarantined)).status_code == look
    assert clerk.post(f"{LIST}{quarantined.pk}/release/").status_code == release
    assert clerk.post(page_of(quarantined)).status_code == 403
    assert clerk.post(f"{LIST}{quarantined.pk}/delete/", {"post": "yes"}).status_code == delete


def test_the_mail_of_staff_is_for_superusers(as_clerk, as_staff):
    colleague = make_account("colleague@example.com", is_staff=True)
    quarantined = make_quarantine(colleague)
    clerk = as_clerk("view_quarantine", "change_quarantine", "delete_quarantine")

    assert clerk.get(page_of(quarantined)).status_code == 302
    assert clerk.post(f"{LIST}{quarantined.pk}/release/").status_code == 404
    assert clerk.get(LIST).context["cl"].result_count == 0
    assert as_staff.get(page_of(quarantined)).status_code == 200
    assert deeds() == [("staff@example.com", "Looked at.")]


def test_an_owner_reaches_nothing(as_alice, alice):
    quarantined = make_quarantine(alice)

    for path in (LIST, page_of(quarantined)):
        assert as_alice.get(path, follow=True).status_code == 403
    assert as_alice.post(f"{LIST}{quarantined.pk}/release/", follow=True).status_code == 403


@pytest.mark.parametrize("id_", ["0", "x", "9" * 30, "1 OR 1"])
def test_what_is_not_there_is_not_found(as_staff, id_):
    assert as_staff.get(f"{LIST}{id_}/change/").status_code == 302
    assert as_staff.post(f"{LIST}{id_}/release/").status_code == 404


@pytest.mark.parametrize("term", ["alice", "alice@example.com", "@example.com"])
def test_one_searches_by_account(as_staff, alice, mallory, term):
    make_quarantine(alice)
    make_quarantine(mallory)

    assert as_staff.get(LIST, {"q": term}).context["cl"].result_count == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_reads_no_message_and_asks_the_same_however_long_it_is(
    as_staff, alice, count, django_assert_num_queries
):
    for _ in range(count):
        make_quarantine(alice)
    as_staff.get(LIST)

    with django_assert_num_queries(5) as asked:
        as_staff.get(LIST)

    assert not any('"spamfilter_quarantine"."message"' in query["sql"] for query in asked)


def test_after_its_days_it_is_gone(alice, settings):
    now = timezone.now()
    make_quarantine(alice, received=now - timedelta(days=30, minutes=1))
    kept = make_quarantine(alice, received=now - timedelta(days=29))

    housekeep(now)

    assert list(Quarantine.objects.all()) == [kept]


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 50_000,
        b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
            for n in range(3000)
        ),
        b"Content-Type: text/plain; charset=\xff; name*=x'y'%ff\r\n\r\n\xff",
        b"Content-Type: text/plain; charset=rot13\r\n\r\nabc",
        b"Content-Transfer-Encoding: base64\r\nContent-Type: text/plain\r\n\r\n=",
        b"Subject: \xe2\x80\xaetxt.exe\r\n\r\n\x1b[2J",
    ],
    ids=["empty", "blank", "parts", "levels", "charset", "rot13", "base64", "direction"],
)
def test_hostile_messages_are_looked_into_without_harm(hostile):
    inside = look_into(hostile)

    assert len(inside.parts) <= 20
    assert "\x1b" not in repr(inside.parts) + inside.header
    assert "\u202e" not in inside.header
