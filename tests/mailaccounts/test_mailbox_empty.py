"""Proves G21: emptying the mailbox asks which messages are to go."""

import pytest

from tests.make import make_plan


def errors(page) -> dict[str, list[str]]:
    return dict(page.context["form"].errors)


@pytest.mark.parametrize(
    ("data", "leads_to"),
    [
        ({"which": "all", "days": "365"}, "/mailbox/empty/confirm"),
        ({"which": "all", "days": "x"}, "/mailbox/empty/confirm"),
        ({"which": "older", "days": "30"}, "/mailbox/empty/confirm?days=30"),
    ],
)
def test_what_was_chosen_is_asked_again_on_the_next_screen(as_alice, store, data, leads_to):
    page = as_alice.post("/mailbox/empty", data)

    assert (page.status_code, page.url) == (302, leads_to)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("", "Enter a number of days."),
        ("0", "Ensure this value is greater than or equal to 1."),
        ("-3", "Ensure this value is greater than or equal to 1."),
        ("1e3", "Enter a whole number."),
        ("99999999999999999999", "Ensure this value is less than or equal to 36500."),
    ],
)
def test_what_is_no_number_of_days_is_said_beside_the_field(as_alice, store, days, said):
    page = as_alice.post("/mailbox/empty", {"which": "older", "days": days})

    assert errors(page) == {"days": [said]}
    assert f'value="{days}"' in page.text or not days


def test_the_screen_says_how_much_there_is(as_alice, alice, store):
    alice.mailbox.quota = 1
    alice.mailbox.save()
    store.deliver("alice@example.com", b"x" * 524_288, key="one")

    page = as_alice.get("/mailbox/empty")

    assert "512.0\xa0KB of 1.0\xa0MB" in page.text
    assert '<meter class="meter" min="0" max="100" high="80" optimum="0" value="50"' in page.text


def test_a_store_that_does_not_answer_keeps_nobody_from_choosing(as_alice, broken_store):
    broken_store(answers=False)

    page = as_alice.get("/mailbox/empty")

    assert (page.status_code, "Not known at the moment" in page.text) == (200, True)


def test_without_the_permission_it_is_closed(as_alice, alice, store):
    alice.groups.set([make_plan("Redirect only", ("manage_redirect",))])

    assert as_alice.get("/mailbox/empty").status_code == 403
