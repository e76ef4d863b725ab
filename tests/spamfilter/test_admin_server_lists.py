"""Staff keep the provider's own black and white list. Proves G27 and B6."""

import pytest
from django.contrib.admin.models import LogEntry

from spamfilter.models import ServerListEntry, SpamList

LIST = "/admin/spamfilter/serverlistentry/"
ADD = f"{LIST}add/"


def entries() -> list[tuple[str, str, str]]:
    return list(ServerListEntry.objects.values_list("list", "pattern", "note"))


def make(*patterns: str) -> None:
    ServerListEntry.objects.bulk_create(
        ServerListEntry(list=SpamList.BLACK, pattern=pattern) for pattern in patterns
    )


def test_many_pasted_lines_are_added_each_once(as_staff):
    pasted = "*@Botnet.example\r\nspammers.net\r\n*@botnet.example, x@y.example"

    as_staff.post(ADD, {"list": "black", "patterns": pasted, "note": "reported"})

    assert entries() == [
        ("black", "*@botnet.example", "reported"),
        ("black", "*@spammers.net", "reported"),
        ("black", "x@y.example", "reported"),
    ]


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        ("good@x.example\nnot a pattern", "“not”: Enter an address or a pattern such as"),
        ("*@botnet.example", "“*@botnet.example”: This pattern is on one of the lists already."),
        (" , ;", "Enter at least one pattern."),
        ("", "This field is required."),
    ],
)
def test_nothing_is_added_unless_all_is_good(as_staff, pasted, sentence):
    make("*@botnet.example")
    pasted = pasted.replace("not a pattern", "not#")
    sentence = sentence.replace("“not”", "“not#”")

    page = as_staff.post(ADD, {"list": "white", "patterns": pasted})

    errors = page.context["adminform"].form.errors["patterns"]
    assert any(error.startswith(sentence) for error in errors)
    assert ServerListEntry.objects.count() == 1


def test_an_entry_changes_its_list_and_note(as_staff):
    make("*@botnet.example")
    entry = ServerListEntry.objects.get()

    as_staff.post(f"{LIST}{entry.pk}/change/", {"list": "white", "note": "ours", "pattern": "x@y"})

    assert entries() == [("white", "*@botnet.example", "ours")]


def test_several_are_removed_at_once_and_that_is_on_record(as_staff):
    make("a@x.example", "b@x.example", "c@x.example")
    keys = list(ServerListEntry.objects.values_list("pk", flat=True)[:2])

    as_staff.post(LIST, {"action": "remove_selected", "_selected_action": keys})

    assert [pattern for _list, pattern, _note in entries()] == ["c@x.example"]
    assert LogEntry.objects.count() == 2


def test_who_may_only_look_removes_nothing(as_clerk):
    make("a@x.example")
    clerk = as_clerk("view_serverlistentry")
    keys = list(ServerListEntry.objects.values_list("pk", flat=True))

    assert clerk.get(LIST).status_code == 200
    assert clerk.get(ADD).status_code == 403
    clerk.post(LIST, {"action": "remove_selected", "_selected_action": keys})
    assert ServerListEntry.objects.count() == 1


def test_an_owner_reaches_nothing(as_alice):
    assert as_alice.get(LIST, follow=True).status_code == 403


@pytest.mark.parametrize(
    ("term", "found"), [("botnet", 1), ("BOT", 1), ("nobody", 0), ("report", 1)]
)
def test_one_searches_by_pattern_and_note(as_staff, term, found):
    make("*@botnet.example")
    ServerListEntry.objects.update(note="reported")

    assert as_staff.get(LIST, {"q": term}).context["cl"].result_count == found


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_however_long_it_is(as_staff, django_assert_num_queries, count):
    make(*(f"a{number}@x.example" for number in range(count)))
    as_staff.get(LIST)

    with django_assert_num_queries(5):
        as_staff.get(LIST)
