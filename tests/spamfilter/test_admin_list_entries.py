"""Staff look at what owners have on their lists. Proves B6 and G30."""

import pytest

from spamfilter.models import ListEntry, SpamList
from tests.make import make_alias, make_list_entries

LIST = "/admin/spamfilter/listentry/"


def found(client, **asked: str) -> list[str]:
    return [str(entry) for entry in client.get(LIST, asked).context["cl"].result_list]


def test_the_entries_of_an_account_are_found_by_address_and_alias(as_staff, alice, bob):
    make_list_entries(alice, SpamList.BLACK, "*@a.example")
    make_list_entries(alice, SpamList.WHITE, "*@w.example")
    make_list_entries(bob, SpamList.BLACK, "*@b.example")
    make_alias(alice, "sales@example.com")

    assert found(as_staff) == ["*@b.example", "*@w.example", "*@a.example"]
    assert found(as_staff, q="Alice@") == ["*@w.example", "*@a.example"]
    assert found(as_staff, q="sales@example.com", list__exact="black") == ["*@a.example"]
    assert found(as_staff, q="nobody") == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_however_long_it_is(
    as_staff, alice, django_assert_num_queries, count
):
    make_list_entries(alice, SpamList.BLACK, *(f"a{number}@x.example" for number in range(count)))
    as_staff.get(LIST)

    with django_assert_num_queries(5):
        as_staff.get(LIST)


def test_nobody_changes_what_is_the_owners(as_staff, as_clerk, alice):
    make_list_entries(alice, SpamList.BLACK, "*@a.example")
    entry = ListEntry.objects.get()

    for client in (as_staff, as_clerk("view_listentry", "change_listentry", "delete_listentry")):
        assert client.get(LIST).status_code == 200
        assert client.get(f"{LIST}add/").status_code == 403
        assert (
            client.post(f"{LIST}{entry.pk}/change/", {"pattern": "x@y.example"}).status_code == 403
        )
        assert client.post(f"{LIST}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert [str(entry) for entry in ListEntry.objects.all()] == ["*@a.example"]


def test_who_may_not_see_them_reaches_nothing(as_clerk, as_alice):
    assert as_clerk("view_mailaccount").get(LIST).status_code == 403
    assert as_alice.get(LIST, follow=True).status_code == 403
