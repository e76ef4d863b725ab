"""Staff make and remove aliases. Proves G8 and B6."""

import pytest

from mailaccounts.models import Alias
from tests.make import make_account, make_alias

LIST = "/admin/mailaccounts/alias/"
ADD = "/admin/mailaccounts/alias/add/"


def suggestions(client, term: str) -> list[str]:
    answer = client.get(
        "/admin/autocomplete/",
        {"app_label": "mailaccounts", "model_name": "alias", "field_name": "account", "term": term},
    )
    return [result["text"] for result in answer.json()["results"]]


def test_an_alias_is_made(as_staff, alice):
    response = as_staff.post(ADD, {"address": " Sales@Example.com ", "account": alice.pk})

    assert response.status_code == 302
    assert list(Alias.objects.values_list("address", "account__address", "domain_id")) == [
        ("sales@example.com", "alice@example.com", "example.com")
    ]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("bob@example.com", "This address is taken: there is an account with it."),
        ("info@example.com", "This address is taken: it is an alias of bob@example.com."),
        ("sales@nowhere.example", "nowhere.example is not one of the domains here."),
        ("sa les@example.com", "a character that an address cannot have"),
    ],
)
def test_an_address_that_cannot_be_given_is_refused(as_staff, alice, bob, address, sentence):
    make_alias(bob, "info@example.com")

    page = as_staff.post(ADD, {"address": address, "account": alice.pk})

    assert sentence in str(page.context["adminform"].form.errors["address"])
    assert Alias.objects.count() == 1


def test_who_loses_the_race_reads_the_same_sentence(as_staff, alice, bob, monkeypatch):
    def look_too_early(address: str) -> str:
        monkeypatch.undo()
        return address

    monkeypatch.setattr("mailaccounts.admin.forms.free_address", look_too_early)
    page = as_staff.post(ADD, {"address": "bob@example.com", "account": alice.pk})

    errors = page.context["adminform"].form.errors
    assert errors["address"] == ["This address is taken: there is an account with it."]


def test_the_account_is_suggested_by_the_beginning_of_its_address(as_staff, alice, bob):
    assert suggestions(as_staff, "ali") == ["alice@example.com"]
    assert suggestions(as_staff, "lice") == []
    assert suggestions(as_staff, "al\x00ice") == ["alice@example.com"]


def test_an_owner_gets_no_suggestions(as_alice):
    assert as_alice.get("/admin/autocomplete/", {"term": "bob"}).status_code == 302


@pytest.mark.parametrize(
    ("term", "aliases"),
    [("sal", ["sales@example.com"]), ("alice", ["sales@example.com"]), ("ales", [])],
)
def test_aliases_are_found_by_their_own_and_their_accounts_address(
    as_staff, alice, bob, term, aliases
):
    make_alias(alice, "sales@example.com")
    make_alias(bob, "info@example.com")

    page = as_staff.get(LIST, {"q": term})

    assert [alias.address for alias in page.context["cl"].result_list] == aliases


def test_an_alias_is_seen_and_removed_and_never_changed(as_staff, alice):
    alias = make_alias(alice, "sales@example.com")
    page = f"{LIST}{alias.pk}/"

    assert as_staff.get(f"{page}change/").status_code == 200
    assert as_staff.post(f"{page}change/", {"address": "x@example.com"}).status_code == 403
    assert as_staff.post(f"{page}delete/", {"post": "yes"}).status_code == 302
    assert Alias.objects.count() == 0


def test_the_list_takes_the_same_queries_for_one_alias_and_for_three(
    as_staff, alice, django_assert_num_queries
):
    make_alias(alice, "a@example.com")
    as_staff.get(LIST)
    with django_assert_num_queries(5):
        as_staff.get(LIST)
    make_alias(make_account("carol@example.com"), "b@example.com")
    make_alias(make_account("dave@example.com"), "c@example.com")

    with django_assert_num_queries(5):
        page = as_staff.get(LIST)
    assert len(page.context["cl"].result_list) == 3
