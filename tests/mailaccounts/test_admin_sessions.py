"""Staff see who is logged in anywhere, and end that. Proves G46 and G47 of the provider's side."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from mailaccounts.models import Session
from tests.make import make_account, make_session

LIST = "/admin/mailaccounts/session/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def three(alice, bob, mallory) -> list[Session]:
    addresses = ("198.51.100.24", "198.51.7.7", "2001:db8:4c2::17")
    return [
        make_session(account, ip_address=address, user_agent=FIREFOX)
        for account, address in zip((alice, bob, mallory), addresses, strict=True)
    ]


def found(client: Client, term: str = "") -> set[str]:
    page = client.get(LIST, {"q": term} if term else {})
    return {str(session.account) for session in page.context["cl"].result_list}


def test_all_sessions_are_listed_in_words(as_staff, three):
    page = as_staff.get(LIST).text

    assert found(as_staff) == {
        *("alice@example.com", "bob@example.com", "mallory@elsewhere.example"),
        "staff@example.com",
    }
    assert "Firefox on Linux" in page
    assert "Provider’s staff" in page


def test_no_key_is_shown_and_no_data(as_staff, three):
    page = as_staff.get(LIST).text + as_staff.get(f"{LIST}{three[0].pk}/change/").text

    assert three[0].session_key not in page
    assert as_staff.session.session_key not in page


def test_those_that_are_over_are_not_listed(as_staff, alice):
    make_session(alice, expire_date=timezone.now())
    Session.objects.create(
        session_key="y" * 32,
        session_data="",
        account=None,
        **dict.fromkeys(("started", "last_activity"), timezone.now()),
        expire_date=timezone.now() + timedelta(hours=1),
    )

    assert found(as_staff) == {"staff@example.com"}


@pytest.mark.parametrize(
    ("term", "who"),
    [
        ("ali", {"alice"}),
        ("ALICE@Example.com", {"alice"}),
        ("elsewhere.ex", {"mallory"}),
        ("198.51.100.24", {"alice"}),
        ("198.51.", {"alice", "bob"}),
        ("198.51.100.0/24", {"alice"}),
        ("2001:db8:4c2::17", {"mallory"}),
        ("2001:DB8::/32", {"mallory"}),
        ("nobody", set()),
        ("198.51.300.", set()),
        ("1.2.3.4.5.", set()),
        ("%", set()),
    ],
)
def test_searching(as_staff, three, term, who):
    names = {address.partition("@")[0] for address in found(as_staff, term)}

    assert names == who


def test_one_is_ended(as_staff, three):
    as_staff.post(f"{LIST}{three[0].pk}/delete/", {"post": "yes"})

    assert set(Session.objects.values_list("pk", flat=True)) >= {three[1].pk, three[2].pk}
    assert not Session.objects.filter(pk=three[0].pk).exists()
    assert LogEntry.objects.get().object_repr == "alice@example.com"


def test_several_are_ended_after_one_question(as_staff, three):
    chosen = {"action": "delete_selected", "_selected_action": [three[0].pk, three[1].pk]}

    page = as_staff.post(LIST, chosen).text
    before = Session.objects.count()
    as_staff.post(LIST, {**chosen, "post": "yes"})

    assert "alice@example.com, Firefox on Linux, 198.51.100.24" in page
    assert (before, Session.objects.count()) == (4, 2)


def test_a_clerk_ends_sessions_of_owners_and_none_of_staff(as_clerk, three, staff):
    clerk, colleague = as_clerk("view_session", "delete_session"), make_session(staff)
    chosen = {"action": "delete_selected", "_selected_action": [colleague.pk, three[0].pk]}

    one = clerk.post(f"{LIST}{colleague.pk}/delete/", {"post": "yes"})
    clerk.post(LIST, {**chosen, "post": "yes"})

    assert one.status_code == 403
    assert Session.objects.filter(pk=colleague.pk).exists()
    assert not Session.objects.filter(pk=three[0].pk).exists()


def test_looking_is_not_ending(as_clerk, three):
    clerk = as_clerk("view_session")

    assert clerk.get(LIST).status_code == 200
    assert clerk.post(f"{LIST}{three[0].pk}/delete/", {"post": "yes"}).status_code == 403
    assert clerk.get(f"{LIST}add/").status_code == 403


def test_without_the_permission_nothing_is_seen(as_clerk):
    assert as_clerk().get(LIST).status_code == 403


@pytest.mark.parametrize("lookup", ["session_key__startswith", "session_data__contains"])
def test_no_key_can_be_guessed_letter_by_letter(as_staff, lookup):
    assert as_staff.get(LIST, {lookup: "a"}).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_the_same_queries_however_many(as_staff, django_assert_num_queries, count):
    for n in range(count):
        make_session(make_account(f"user{n}@example.com"))
    as_staff.get(LIST)

    with django_assert_num_queries(5):  # session, account, two counts, page
        as_staff.get(LIST)
