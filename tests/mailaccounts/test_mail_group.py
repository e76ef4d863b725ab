"""Proves G37: the list of members, and switching on and off."""

import pytest

from mailaccounts.models import MailGroup
from tests.make import make_mail_group, make_mailbox, make_plan


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def shown(page) -> list[str]:
    return [member.address for member in page.context["page"]]


def is_on(account) -> bool:
    return MailGroup.objects.get(account=account).enabled


def test_an_empty_group_says_what_to_do(as_alice):
    page = as_alice.get("/mail-group")

    assert page.status_code == 200
    assert "No members yet" in page.text
    assert "Switch on" not in page.text


def test_members_are_listed_by_address_or_by_date(as_alice, alice):
    make_mail_group(alice, "b@example.org", "a@example.org", "c@example.org")

    orders = [as_alice.get(f"/mail-group?sort={sort}") for sort in ("", "-address", "nonsense")]

    assert [shown(page) for page in orders] == [
        ["a@example.org", "b@example.org", "c@example.org"],
        ["c@example.org", "b@example.org", "a@example.org"],
        ["a@example.org", "b@example.org", "c@example.org"],
    ]
    assert as_alice.get("/mail-group?sort=-created").status_code == 200


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ANNE", ["anne@example.org"]),
        ("bücher", ["bob@xn--bcher-kva.example"]),
        ("xn--", ["bob@xn--bcher-kva.example"]),
        ("%", []),
        ("_", []),
        ("'; --", []),
        ("\x00", ["anne@example.org", "bob@xn--bcher-kva.example"]),
    ],
)
def test_members_are_searched_as_people_read_them(as_alice, alice, search, found):
    make_mail_group(alice, "anne@example.org", "bob@xn--bcher-kva.example")

    assert shown(as_alice.get("/mail-group", {"q": search})) == found


def test_fifty_on_a_page(as_alice, alice):
    make_mail_group(alice, *(f"member{n:03}@example.org" for n in range(101)))

    pages = [shown(as_alice.get("/mail-group", {"page": page})) for page in ("1", "3", "99", "x")]

    assert [len(page) for page in pages] == [50, 1, 1, 50]


@pytest.mark.parametrize("members", [1, 3])
def test_five_queries_however_many_members(as_alice, alice, django_assert_num_queries, members):
    make_mail_group(alice, *(f"member{n}@example.org" for n in range(members)))

    with django_assert_num_queries(5):  # session, account, permissions, count, members
        as_alice.get("/mail-group")


def test_the_members_of_others_are_not_shown(as_alice, bob):
    make_mail_group(bob, "secret@example.org")

    assert shown(as_alice.get("/mail-group")) == []


def test_switching_on_and_off(as_alice, alice):
    make_mail_group(alice, "bob@example.org", enabled=False)

    on = as_alice.post("/mail-group/switch-on", follow=True)
    was_on = is_on(alice)
    off = as_alice.post("/mail-group/switch-off", follow=True)

    assert (was_on, is_on(alice)) == (True, False)
    assert said(on) == ["The mail group is on."]
    assert said(off) == ["The mail group is off. Its members stay listed."]


def test_an_empty_group_is_not_switched_on(as_alice, alice):
    page = as_alice.post("/mail-group/switch-on", follow=True)

    assert not is_on(alice)
    assert said(page) == ["Add a member first: a mail group without members loses mail."]


def test_the_last_service_switched_off_is_warned_of(as_alice, alice):
    make_mailbox(alice, enabled=False)
    make_mail_group(alice, "bob@example.org")

    page = as_alice.post("/mail-group/switch-off", follow=True)

    assert said(page)[1:] == [
        "Nothing accepts mail to this address now: senders get their messages back."
    ]


@pytest.mark.parametrize("path", ["switch-on", "switch-off"])
def test_a_get_switches_nothing(as_alice, alice, path):
    make_mail_group(alice, "bob@example.org", enabled=path == "switch-off")

    assert as_alice.get(f"/mail-group/{path}").status_code == 405
    assert is_on(alice) == (path == "switch-off")


def test_without_the_permission_all_is_forbidden_and_goes_on_as_set(as_alice, alice):
    make_mail_group(alice, "bob@example.org")
    alice.groups.set([make_plan("Mailbox only", ("manage_mailbox",))])

    codes = [
        as_alice.get("/mail-group").status_code,
        as_alice.post("/mail-group/switch-on").status_code,
        as_alice.post("/mail-group/switch-off").status_code,
        as_alice.get("/mail-group/new-member").status_code,
        as_alice.get("/mail-group/remove").status_code,
        as_alice.post("/mail-group/remove").status_code,
    ]

    assert codes == [403] * 6
    assert is_on(alice)
    assert "mail-group" not in as_alice.get("/").text
