"""Proves G25, G27, G28 and G29: the settings of the spam filter."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.utils import timezone

from spamfilter.models import Outage, ServerListEntry, SpamList
from tests.make import make_list_entries, make_mailbox, make_plan, make_spam_filter

FORM = {
    "enabled": "on",
    "required_score": "5.5",
    "action": "mark",
    "folder": "junk",
    "modify_subject": "on",
    "marker": "[SPAM]",
    "alert_text": "Beware",
}

pytestmark = pytest.mark.usefixtures("both_scanners")


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def saved(alice) -> tuple[object, ...]:
    alice.spam_filter.refresh_from_db()
    row = alice.spam_filter
    return (
        row.enabled,
        row.required_score,
        row.action,
        row.folder,
        row.modify_subject,
        row.marker,
        row.alert_text,
    )


def test_everything_is_saved_and_said_as_a_sentence(as_alice, alice):
    page = as_alice.post("/spam-filter", FORM, follow=True)

    expected = (True, Decimal("5.5"), "mark", "junk", True, "[SPAM]", "Beware")
    assert saved(alice) == expected
    assert said(page) == [
        "Spam filter saved. Spam at 5.5 points and more is marked and kept in Junk."
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"required_score": "7.0"}, "Spam at 7 points and more is marked and kept."),
        ({"action": "delete"}, "Spam at 7 points and more is deleted on arrival."),
        (
            {"required_score": "1.0", "folder": "junk"},
            "Spam at 1 point and more is marked and kept in Junk.",
        ),
    ],
)
def test_what_applies_is_a_sentence(as_alice, alice, fields, sentence):
    make_spam_filter(alice, **fields)

    assert sentence in as_alice.get("/spam-filter").text


def test_it_cannot_be_switched_on_without_a_mailbox(as_alice, alice):
    make_mailbox(alice, enabled=False)

    page = as_alice.post("/spam-filter", FORM)

    assert page.context["form"].errors == {
        "enabled": ["Switch the mailbox on first: what is filtered has to be kept somewhere."]
    }
    assert 'value="[SPAM]"' in page.text
    assert saved(alice)[0] is False


def test_it_can_be_switched_off_without_a_mailbox(as_alice, alice):
    make_spam_filter(alice)
    make_mailbox(alice, enabled=False)

    as_alice.post("/spam-filter", {**FORM, "enabled": ""})

    assert saved(alice)[0] is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("required_score", "0"),
        ("required_score", "100"),
        ("required_score", "abc"),
        ("required_score", "NaN"),
        ("required_score", "6.55"),
        ("action", "bounce"),
        ("folder", "../x"),
        ("marker", ""),
        ("marker", "x" * 61),
        ("alert_text", "x" * 2001),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_saved(
    as_alice, alice, field, value
):
    before = saved(alice)

    page = as_alice.post("/spam-filter", {**FORM, field: value})

    assert list(page.context["form"].errors) == [field]
    assert saved(alice) == before


@pytest.mark.parametrize("score", ["0", "100", "abc", "6.55"])
def test_the_score_has_one_sentence_for_all_that_it_cannot_be(as_alice, score):
    page = as_alice.post("/spam-filter", {**FORM, "required_score": score})

    assert page.context["form"].errors["required_score"] == ["Enter a number from 0.1 to 99.9."]


def test_server_wide_settings_are_grey_with_the_reason_while_there_are_none(as_alice, alice):
    page = as_alice.get("/spam-filter")
    as_alice.post("/spam-filter", {**FORM, "use_server_settings": "on"})

    alice.spam_filter.refresh_from_db()
    assert page.context["form"]["use_server_settings"].field.disabled
    assert "Your provider has set no black or white list." in page.text
    assert not alice.spam_filter.use_server_settings


def test_server_wide_settings_are_for_choice_where_there_are_some(as_alice, alice):
    ServerListEntry.objects.create(list=SpamList.BLACK, pattern="*@spam.example")

    page = as_alice.get("/spam-filter")
    as_alice.post("/spam-filter", {**FORM, "use_server_settings": "on"})

    alice.spam_filter.refresh_from_db()
    assert "Adds your provider’s black list (1) and white list (0) to your own." in page.text
    assert alice.spam_filter.use_server_settings


def test_without_a_spamd_it_says_so_and_cannot_be_switched_on(as_alice, alice, settings):
    settings.SPAMD_URL = ""

    page = as_alice.get("/spam-filter")
    as_alice.post("/spam-filter", FORM)

    assert "The spam filter is not available on this server." in page.text
    assert saved(alice)[:2] == (False, Decimal("5.5"))


def test_a_spamd_that_does_not_answer_is_told_with_since_when(as_alice, alice, settings):
    settings.SPAMD_URL = "spamd://127.0.0.1:1"
    since = timezone.now() - timedelta(hours=2)
    Outage.objects.create(scanner="spamd", since=since)

    page = as_alice.get("/spam-filter")

    assert page.context["health"].down_since == since
    assert "The spam filter has not been answering since" in page.text
    assert "Mail is delivered all the same, without being looked at." in page.text


def test_home_says_when_the_scanner_does_not_answer(as_alice, alice):
    cache.clear()
    make_spam_filter(alice)
    Outage.objects.create(scanner="spamd", since=timezone.now())

    rows = {str(row.label): row for row in as_alice.get("/").context["rows"]}

    row = rows["Spam filter"]
    assert (row.state, row.detail) == ("problem", "Does not answer at the moment")
    cache.clear()


def test_home_says_what_applies_and_when_it_is_not_there(as_alice, alice, settings):
    make_spam_filter(alice)
    rows = {str(row.label): row for row in as_alice.get("/").context["rows"]}
    settings.SPAMD_URL = ""
    without = {str(row.label): row for row in as_alice.get("/").context["rows"]}

    row, gone = rows["Spam filter"], without["Spam filter"]
    assert (row.state, row.detail) == ("on", "Spam at 7 points and more is marked and kept.")
    assert (gone.state, gone.detail) == ("problem", "Not available on this server")


def test_the_number_of_queries_does_not_grow_with_the_lists(
    as_alice, alice, django_assert_num_queries
):
    make_list_entries(alice, SpamList.BLACK, "*@one.example")
    with django_assert_num_queries(6):
        as_alice.get("/spam-filter")
    make_list_entries(alice, SpamList.BLACK, "*@two.example", "*@three.example")
    with django_assert_num_queries(6):
        as_alice.get("/spam-filter")


def test_without_the_permission_it_is_forbidden(as_alice, alice):
    alice.groups.set([make_plan("Redirect only", ("manage_redirect",))])

    assert as_alice.get("/spam-filter").status_code == 403
    assert as_alice.post("/spam-filter", FORM).status_code == 403
    assert saved(alice)[0] is False
