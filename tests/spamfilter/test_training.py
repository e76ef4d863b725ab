"""Proves G31 and G32 on the screen: what the filter knows, teaching it, clearing it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from mailaccounts.store import JUNK, Learned, StoreUnavailable, mail_store
from spamfilter.models import TrainingJob
from spamfilter.training import begin, work_off
from tests.make import make_plan
from tests.spamfilter.classroom import ALICE, BOB, fill, known, message

PATH = "/spam-filter/training"


@pytest.fixture
def store(settings, tmp_path):
    """The configured one, in a folder of this test."""
    settings.MAIL_STORE_URL = f"maildir:{tmp_path}"
    return mail_store()


class Silent:
    """A mail store that does not answer."""

    def __getattr__(self, name: str):
        def fails(*_: object, **__: object) -> None:
            raise StoreUnavailable

        return fails


@pytest.fixture
def silent_store(monkeypatch) -> None:
    for place in ("spamfilter.views.training", "spamfilter.training"):
        monkeypatch.setattr(f"{place}.mail_store", Silent)


def said(page) -> list[str]:
    return [str(text) for text in page.context["messages"]]


def subjects(page) -> list[str]:
    return [line.subject for line in page.context["messages_shown"]]


def test_every_message_is_listed_with_what_the_filter_knows(as_alice, store, pupil):
    spam, ham, _ = fill(store, 3)
    store.note(ALICE, [spam], Learned.SPAM)
    store.note(ALICE, [ham], Learned.HAM)

    page = as_alice.get(PATH)

    assert subjects(page) == ["m2", "m1", "m0"]
    badges = ("badge off", "badge on", "badge bad")
    assert [page.text.count(f'class="{badge}"') for badge in badges] == [1, 1, 1]


def test_it_is_paged_and_searched_in_subject_and_sender(as_alice, store, pupil):
    fill(store, 120)
    store.deliver(ALICE, message("hello", "Zoé <zoe@far.example>"), key="zoe")

    assert len(subjects(as_alice.get(PATH))) == 50
    assert subjects(as_alice.get(PATH, {"page": 3})) == [f"m{i}" for i in range(20, -1, -1)]
    assert subjects(as_alice.get(PATH, {"page": 99})) == [f"m{i}" for i in range(20, -1, -1)]
    assert subjects(as_alice.get(PATH, {"q": "zoe@far"})) == ["hello"]
    assert subjects(as_alice.get(PATH, {"q": "m119"})) == ["m119"]


@pytest.mark.parametrize(
    "query", [{"page": "x"}, {"page": "-1"}, {"page": "9" * 30}, {"q": "\0"}, {"folder": "../x"}]
)
def test_what_nobody_would_ask_for_is_answered(as_alice, store, pupil, query):
    fill(store, 1)

    assert subjects(as_alice.get(PATH, query)) == ["m0"]


def keep_fruit(store) -> None:
    for number, (subject, sender) in enumerate(
        (("pears", "Bea <b@far.example>"), ("apples", "Zoé <z@far.example>"), ("figs", "a@b.test"))
    ):
        store.deliver(ALICE, message(subject, sender) + b"x" * 100 * number, key=subject)


def columns(page) -> dict[str, tuple[str, str]]:
    """For each column what a click asks for, and how the list is sorted by it."""
    return {str(head.label): (head.link, head.sorted) for head in page.context["heads"]}


@pytest.mark.parametrize(
    ("sort", "shown"),
    [
        ("subject", ["apples", "figs", "pears"]),
        ("-subject", ["pears", "figs", "apples"]),
        ("sender", ["figs", "pears", "apples"]),
        ("-size", ["figs", "apples", "pears"]),
        ("date", ["pears", "apples", "figs"]),
        ("", ["figs", "apples", "pears"]),
        ("nonsense", ["figs", "apples", "pears"]),
    ],
)
def test_it_is_sorted_by_its_columns(as_alice, store, pupil, sort, shown):
    keep_fruit(store)

    assert subjects(as_alice.get(PATH, {"sort": sort})) == shown


def test_each_column_says_how_it_is_sorted_and_a_click_turns_it(as_alice, store, pupil):
    keep_fruit(store)

    page = as_alice.get(PATH, {"sort": "sender", "q": "e", "page": "1"})

    assert columns(page) == {
        "Subject": ("subject", ""),
        "Sender": ("-sender", "ascending"),
        "Date": ("-date", ""),
        "Size": ("-size", ""),
    }
    assert '<th scope="col" class="wide-only" aria-sort="ascending">' in page.text
    assert '<a href="?sort=-sender&amp;q=e">Sender</a>' in page.text
    assert columns(as_alice.get(PATH))["Date"] == ("date", "descending")


def test_pages_searches_and_lessons_keep_the_order(as_alice, store, pupil):
    names = fill(store, 60)

    page = as_alice.get(PATH, {"sort": "size", "page": "2"})
    assert '<a href="?sort=size&amp;page=1" rel="prev">' in page.text
    assert page.text.count('<input type="hidden" name="sort" value="size">') == 1
    assert page.text.count('<option value="size" selected>Smallest first</option>') == 1

    sent = {"message": names[:1], "sort": "size", "page": "2"}
    page = as_alice.post(f"{PATH}/spam", sent, follow=True)
    assert page.redirect_chain == [(f"{PATH}?sort=size&page=2", 302)]


def test_what_would_read_every_message_is_no_link(as_alice, store, pupil, monkeypatch):
    keep_fruit(store)
    monkeypatch.setattr("mailaccounts.store.maildir_list.READ_AT_ONCE", 2)

    page = as_alice.get(PATH, {"sort": "subject"})

    assert columns(page) == {
        "Subject": ("", ""),
        "Sender": ("", ""),
        "Date": ("date", "descending"),
        "Size": ("-size", ""),
    }
    assert subjects(page) == ["figs", "apples", "pears"]
    assert [name for name, _label, _chosen in page.context["orders"]] == [
        *("-date", "date", "-size", "size")
    ]


def test_junk_is_listed_by_itself(as_alice, store, pupil):
    fill(store, 1)
    fill(store, 1, name="junk", folder=JUNK)

    assert subjects(as_alice.get(PATH, {"folder": "Junk"})) == ["junk0"]


def test_every_folder_can_be_chosen(as_alice, store, pupil):
    fill(store, 1)
    maildir = Path(store.root) / "example.com/alice/Maildir"
    for part in ("new", "cur", "tmp"):
        (maildir / ".B&APw-cher" / part).mkdir(parents=True)
    (message,) = (maildir / "new").iterdir()
    message.rename(maildir / ".B&APw-cher/new" / message.name)

    page = as_alice.get(PATH, {"folder": "B&APw-cher"})

    assert subjects(page) == ["m0"]
    assert '<option value="B&amp;APw-cher" selected>Bücher</option>' in page.text


def test_a_few_are_learned_at_once(as_alice, store, pupil):
    first, second, _ = fill(store, 3)

    page = as_alice.post(
        f"{PATH}/spam", {"message": [first, second], "q": "m", "page": "1"}, follow=True
    )

    assert page.redirect_chain == [(f"{PATH}?q=m&page=1", 302)]
    assert said(page) == ["2 messages learned as spam."]
    assert known(store) == {"m0": "spam", "m1": "spam", "m2": None}
    assert set(pupil.knows[ALICE]) == {message("m0"), message("m1")}


def test_what_was_learned_is_learned_the_other_way_and_forgotten(as_alice, store, pupil):
    (name,) = fill(store, 1)
    as_alice.post(f"{PATH}/spam", {"message": name}, follow=True)

    other = as_alice.post(f"{PATH}/not-spam", {"message": name}, follow=True)
    assert (said(other), known(store)) == (["1 message learned as not spam."], {"m0": "ham"})

    again = as_alice.post(f"{PATH}/not-spam", {"message": name}, follow=True)
    assert said(again) == ["1 message was known as that already."]

    gone = as_alice.post(f"{PATH}/forget", {"message": name}, follow=True)
    assert (said(gone), known(store)) == (["1 message forgotten."], {"m0": None})
    assert pupil.knows == {}


def test_all_that_was_found_is_learned_in_the_background(as_alice, alice, store, pupil):
    fill(store, 60)
    fill(store, 5, name="other")

    page = as_alice.post(f"{PATH}/spam", {"all": "on", "q": "m"}, follow=True)

    assert page.context["outcome"] == "60 messages learned as spam."
    assert set(known(store).values()) == {"spam", None}
    assert [job.done for job in TrainingJob.objects.filter(account=alice)] == [60]


def test_a_long_training_shows_its_progress_without_javascript(as_alice, alice, store, pupil):
    names = fill(store, 60)
    begin(account=alice, kind="ham", message_ids=names, now=timezone.now())
    begin(account=alice, kind="spam", message_ids=names[:1], now=timezone.now())
    work_off(alice, limit=20)

    page = as_alice.get(PATH)

    assert "Learning 60 messages as not spam" in page.text
    assert '<progress class="meter" id="bar" max="60" value="20">' in page.text
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in page.text
    assert "progress.js" in page.text
    assert "One more is waiting." in page.text


def test_nothing_selected_is_told(as_alice, store, pupil):
    page = as_alice.post(f"{PATH}/spam", {}, follow=True)

    assert said(page) == ["Select the messages first."]


@pytest.mark.parametrize("name", ["\0", "é", "", "\n"])
def test_a_name_that_no_message_has_is_none(as_alice, store, pupil, name):
    page = as_alice.post(f"{PATH}/spam", {"message": name}, follow=True)

    assert page.status_code == 200
    assert pupil.order == []


def test_a_message_that_went_away_is_told(as_alice, store, pupil):
    (name,) = fill(store, 1)
    store.delete_all(ALICE)

    page = as_alice.post(f"{PATH}/spam", {"message": name}, follow=True)

    assert said(page) == ["0 messages learned as spam. 1 message was not there any more."]


def test_another_owners_message_is_not_there(as_alice, bob, store, pupil):
    (name,) = fill(store, 1, address=BOB)

    as_alice.post(f"{PATH}/spam", {"message": name})

    assert pupil.knows == {}
    assert store.learned(BOB) == {Learned.SPAM: [], Learned.HAM: []}


def test_a_filter_that_does_not_answer_learns_later(as_alice, alice, store, pupil):
    (name,) = fill(store, 1)
    pupil.is_down = True

    page = as_alice.post(f"{PATH}/spam", {"message": name}, follow=True)

    assert said(page) == [
        "The spam filter does not answer at the moment. It learns as soon as it does."
    ]
    assert "it goes on by itself" in page.text
    assert TrainingJob.objects.unfinished().get().account == alice


def test_without_a_spamd_nothing_can_be_taught(as_alice, store, pupil, settings):
    (name,) = fill(store, 1)
    settings.SPAMD_URL = ""

    page = as_alice.post(f"{PATH}/spam", {"message": name}, follow=True)

    assert said(page) == ["The spam filter is not available on this server."]
    assert "It’s spam!" not in page.text
    assert not TrainingJob.objects.exists()


def test_a_store_that_does_not_answer_is_told(as_alice, silent_store, pupil):
    assert "The mail store does not answer at the moment." in as_alice.get(PATH).text

    taught = as_alice.post(f"{PATH}/spam", {"all": "on"}, follow=True)
    cleared = as_alice.post(f"{PATH}/clear", follow=True)

    assert said(taught) == ["The mail store does not answer: nothing was learned."]
    assert said(cleared) == ["The mail store does not answer: nothing was forgotten."]


def test_clearing_asks_first(as_alice, store, pupil):
    page = as_alice.get(f"{PATH}/clear")

    assert "Forget everything that was learned?" in page.text
    assert not TrainingJob.objects.exists()


def test_clearing_where_spamd_keeps_its_lessons_elsewhere_forgets_what_is_in_the_mailbox(
    as_alice, store, pupil
):
    spam, ham, _ = fill(store, 3)
    as_alice.post(f"{PATH}/spam", {"message": spam}, follow=True)
    as_alice.post(f"{PATH}/not-spam", {"message": ham}, follow=True)
    pupil.learned[BOB, b"his"] = "spam"

    page = as_alice.post(f"{PATH}/clear", follow=True)

    assert said(page) == ["The filter forgets the messages one by one."]
    assert pupil.knows == {BOB: {b"his": "spam"}}
    assert set(known(store).values()) == {None}


def test_where_nothing_is_known_of_the_lessons_it_says_so(as_alice, store, pupil):
    assert "How much was learned is not known here" in as_alice.get(PATH).text


def test_the_number_of_queries_does_not_grow(as_alice, store, pupil, django_assert_num_queries):
    fill(store, 1)
    with django_assert_num_queries(7):
        as_alice.get(PATH)
    fill(store, 3, name="more")
    with django_assert_num_queries(7):
        as_alice.get(PATH)


@pytest.mark.parametrize("act", ["spam", "not-spam", "forget", "clear"])
def test_without_the_permission_it_is_forbidden(as_alice, alice, store, pupil, act):
    (name,) = fill(store, 1)
    alice.groups.set([make_plan("Redirect only", ("manage_redirect",))])

    assert as_alice.get(PATH).status_code == 403
    assert as_alice.post(f"{PATH}/{act}", {"message": name}).status_code == 403
    assert not TrainingJob.objects.exists()


@pytest.mark.parametrize("act", ["spam", "not-spam", "forget"])
def test_looking_teaches_nothing(as_alice, store, pupil, act):
    assert as_alice.get(f"{PATH}/{act}").status_code == 405
