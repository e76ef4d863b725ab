"""Proves G27 and G30: the black list and the white list."""

import pytest

from spamfilter.models import ListEntry, ServerListEntry, SpamList
from tests.make import make_list_entries, make_plan, make_spam_filter

LISTS = [("/spam-filter/black-list", SpamList.BLACK), ("/spam-filter/white-list", SpamList.WHITE)]


def patterns(account, list_: SpamList) -> list[str]:
    rows = ListEntry.objects.filter(spam_filter=account.pk, list=list_)
    return list(rows.values_list("pattern", flat=True))


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


@pytest.mark.parametrize(("path", "list_"), LISTS)
def test_pasted_lines_are_normalised_and_each_is_there_once(as_alice, alice, path, list_):
    make_list_entries(alice, list_, "*@known.example")

    page = as_alice.post(
        path,
        {"patterns": " Eve@Spammers.NET\r\n*@bücher.example\n\n*@known.example, eve@spammers.net"},
        follow=True,
    )

    assert patterns(alice, list_) == [
        "*@known.example",
        "*@xn--bcher-kva.example",
        "eve@spammers.net",
    ]
    assert said(page) == ["2 patterns added. 1 pattern was on the list already."]


def test_bad_lines_are_named_and_what_was_typed_stays(as_alice, alice):
    page = as_alice.post(
        "/spam-filter/black-list",
        {"patterns": "good@far.example\npattern#here@x.example\na@b'c.example\nword"},
    )

    problem = "Enter an address or a pattern such as *@spammers.net."
    assert page.context["form"].errors["patterns"] == [
        f"“pattern#here@x.example”: {problem}",
        f"“a@b'c.example”: {problem}",
        f"“word”: {problem}",
    ]
    assert "good@far.example" in page.text
    assert patterns(alice, SpamList.BLACK) == []


def test_many_bad_lines_are_told_in_short(as_alice, alice):
    typed = "\n".join(f"bad#{number}@x.example" for number in range(30))

    page = as_alice.post("/spam-filter/black-list", {"patterns": typed})

    errors = page.context["form"].errors["patterns"]
    assert (len(errors), errors[-1]) == (21, "And 10 more.")


def test_a_pattern_is_on_one_of_the_lists(as_alice, alice):
    make_list_entries(alice, SpamList.WHITE, "friend@far.example")

    page = as_alice.post("/spam-filter/black-list", {"patterns": "friend@far.example"})

    assert page.context["form"].errors["patterns"] == [
        "“friend@far.example”: This pattern is on the white list."
    ]


def test_nothing_typed_is_told(as_alice, alice):
    page = as_alice.post("/spam-filter/black-list", {"patterns": " \n, "})

    assert page.context["form"].errors["patterns"] == ["Enter at least one pattern."]


def test_the_lists_have_a_limit(as_alice, alice, monkeypatch):
    monkeypatch.setattr("spamfilter.actions.LIST_LIMIT", 2)
    make_list_entries(alice, SpamList.WHITE, "friend@far.example")

    page = as_alice.post("/spam-filter/black-list", {"patterns": "a@x.example\nb@x.example"})

    assert page.context["form"].errors["patterns"] == [
        "The two lists may hold 2 patterns together, and there are 1 now."
    ]
    assert patterns(alice, SpamList.BLACK) == []


def test_the_providers_list_is_shown_where_it_applies(as_alice, alice):
    ServerListEntry.objects.create(list=SpamList.BLACK, pattern="*@botnet.example")
    ServerListEntry.objects.create(list=SpamList.WHITE, pattern="*@partner.example")
    before = as_alice.get("/spam-filter/black-list").text
    make_spam_filter(alice, use_server_settings=True)

    after = as_alice.get("/spam-filter/black-list").text

    assert "botnet.example" not in before
    assert "botnet.example" in after
    assert "partner.example" not in after


def test_the_list_is_searched_and_only_the_own_is_shown(as_alice, alice, bob):
    make_list_entries(alice, SpamList.BLACK, "*@one.example", "*@two.example")
    make_list_entries(bob, SpamList.BLACK, "*@one.bob.example")

    page = as_alice.get("/spam-filter/black-list", {"q": "ONE"})

    assert [entry.pattern for entry in page.context["page"]] == ["*@one.example"]


def test_the_number_of_queries_does_not_grow(as_alice, alice, django_assert_num_queries):
    make_list_entries(alice, SpamList.BLACK, "*@one.example")
    with django_assert_num_queries(6):
        as_alice.get("/spam-filter/black-list")
    make_list_entries(alice, SpamList.BLACK, "*@two.example", "*@three.example")
    with django_assert_num_queries(6):
        as_alice.get("/spam-filter/black-list")


@pytest.mark.parametrize(("path", "list_"), LISTS)
def test_without_the_permission_it_is_forbidden(as_alice, alice, path, list_):
    alice.groups.set([make_plan("Redirect only", ("manage_redirect",))])

    assert as_alice.get(path).status_code == 403
    assert as_alice.post(path, {"patterns": "a@x.example"}).status_code == 403
    assert patterns(alice, list_) == []
