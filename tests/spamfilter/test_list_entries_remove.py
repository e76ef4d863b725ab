"""Proves G30: removing patterns."""

from spamfilter.models import ListEntry, SpamList
from tests.make import make_list_entries


def ids(account) -> list[int]:
    rows = ListEntry.objects.filter(spam_filter=account.pk)
    return list(rows.values_list("pk", flat=True))


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_the_confirmation_names_what_goes_and_removes_nothing(as_alice, alice):
    make_list_entries(alice, SpamList.BLACK, "*@one.example", "*@two.example")

    page = as_alice.get("/spam-filter/remove", {"entry": ids(alice)})

    assert [entry.pattern for entry in page.context["entries"]] == [
        "*@one.example",
        "*@two.example",
    ]
    assert "Remove 2 patterns" in page.text
    assert len(ids(alice)) == 2


def test_the_selected_go_and_the_list_is_shown_again(as_alice, alice):
    make_list_entries(alice, SpamList.WHITE, "a@one.example", "b@two.example")
    first, second = ids(alice)

    page = as_alice.post("/spam-filter/remove", {"entry": [first]}, follow=True)

    assert ids(alice) == [second]
    assert page.redirect_chain == [("/spam-filter/white-list", 302)]
    assert said(page) == ["1 pattern removed."]


def test_another_owners_patterns_are_not_found(as_alice, alice, bob):
    make_list_entries(bob, SpamList.BLACK, "*@one.example")

    asked = as_alice.get("/spam-filter/remove", {"entry": ids(bob)}, follow=True)
    done = as_alice.post("/spam-filter/remove", {"entry": ids(bob)}, follow=True)

    assert said(asked) == ["Select the patterns to remove first."]
    assert said(done) == ["Nothing to remove: these patterns are gone already."]
    assert len(ids(bob)) == 1


def test_numbers_that_are_none_are_passed_over(as_alice, alice):
    page = as_alice.get(
        "/spam-filter/remove", {"entry": ["", "x", "-1", "9" * 30], "list": "white"}
    )

    assert page.url == "/spam-filter/white-list"
