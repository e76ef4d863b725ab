"""Proves G4 as far as it goes now: language, skin, time zone, labels, sessions and the password."""

import pytest
from django.test import Client
from django.utils import translation

from mailaccounts.models import MailAccount, Session
from panel.screens import skins
from tests.make import PASSWORD, make_session

NEW = "a quite new password"
FORM = {
    "language": "",
    "skin": "automatic",
    "time_zone": "UTC",
    "label_length": "24",
    "multiple_sessions": "on",
    "current_password": "",
    "new_password": "",
    "confirmation": "",
}
CHANGE = {"current_password": PASSWORD, "new_password": NEW, "confirmation": NEW}


def save(client: Client, **changed: str):
    return client.post("/preferences", FORM | changed)


def errors(page) -> dict[str, list[str]]:
    return dict(page.context["form"].errors)


@pytest.mark.parametrize(
    ("changed", "stored"),
    [
        ({"language": "fr"}, ("fr", "automatic", "UTC", 24, True)),
        ({"skin": "night"}, ("", "night", "UTC", 24, True)),
        ({"time_zone": "Europe/Paris"}, ("", "automatic", "Europe/Paris", 24, True)),
        ({"label_length": "8"}, ("", "automatic", "UTC", 8, True)),
        ({"label_length": "80"}, ("", "automatic", "UTC", 80, True)),
        ({"multiple_sessions": ""}, ("", "automatic", "UTC", 24, False)),
    ],
)
def test_each_preference_is_kept(as_alice, alice, changed, stored):
    assert save(as_alice, **changed).url == "/preferences"

    alice.refresh_from_db()
    assert stored == (
        alice.language,
        alice.skin,
        alice.time_zone,
        alice.label_length,
        alice.multiple_sessions,
    )
    assert alice.check_password(PASSWORD)


def test_each_preference_is_in_effect_on_the_next_page(as_alice):
    save(as_alice, language="fr", skin="night")

    assert '<html lang="fr" dir="ltr" data-skin="night">' in as_alice.get("/").text


def test_success_is_told_in_the_new_language(as_alice, monkeypatch):
    said_in = []
    monkeypatch.setattr(
        "panel.views.preferences._", lambda text: said_in.append(translation.get_language()) or text
    )

    save(as_alice, language="fr")

    assert said_in == ["fr"]


def test_the_language_chosen_at_the_login_gives_way_to_the_preference(client, alice):
    client.defaults["wsgi.url_scheme"] = "https"
    client.post("/login", {"login": "alice@example.com", "password": PASSWORD, "language": "fr"})

    save(client, language="en")

    assert client.get("/").headers["Content-Language"] == "en"


def test_every_skin_is_offered_with_its_sheet(as_alice):
    page = as_alice.get("/preferences").text

    assert all(f'value="{skin}"' in page and f"skins/{skin}.css" in page for skin in skins())


def test_what_was_stored_and_is_no_more_does_not_choose_something_else(as_alice):
    MailAccount.objects.update(skin="gone", time_zone="Mars/Base", language="xx")

    form = as_alice.get("/preferences").context["form"]

    assert (form["skin"].value(), form["time_zone"].value()) == ("automatic", "UTC")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("language", "xx"),
        ("skin", "../../etc/passwd"),
        ("skin", ""),
        ("time_zone", "Mars/Base"),
        ("time_zone", "../../etc/passwd"),
        ("label_length", "7"),
        ("label_length", "81"),
        ("label_length", "many"),
        ("label_length", "-1"),
        ("label_length", "9" * 5_000),
        ("label_length", ""),
        *((field, "a\0b") for field in FORM if field != "multiple_sessions"),
        *((field, "x" * 10_000) for field in ("language", "skin", "time_zone", "new_password")),
    ],
)
def test_strange_input_is_an_error_beside_its_field(as_alice, alice, field, text):
    page = save(as_alice, **{field: text})

    assert (page.status_code, field in errors(page)) == (200, True)
    alice.refresh_from_db()
    assert (alice.skin, alice.time_zone, alice.label_length) == ("automatic", "UTC", 24)


def test_what_was_typed_is_kept_but_no_password_and_the_frame_shows_what_is_stored(as_alice):
    page = save(as_alice, skin="night", label_length="9", **CHANGE | {"confirmation": "other"}).text

    assert 'data-skin="automatic"' in page.partition("<head>")[0]
    assert 'value="9"' in page
    assert PASSWORD not in page
    assert NEW not in page


def test_only_the_preferences_are_written(as_alice, alice):
    """Staff may suspend the account at the same moment."""
    save(as_alice, is_active="", is_staff="on", address="x@example.com", skin="night")

    alice.refresh_from_db()
    assert (alice.is_active, alice.is_staff, alice.address) == (True, False, "alice@example.com")


def test_another_owner_s_preferences_stay(as_alice, bob):
    save(as_alice, skin="night")

    bob.refresh_from_db()
    assert bob.skin == "automatic"


# The password


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(as_alice, alice, bob):
    make_session(alice)
    others = make_session(bob)
    started = alice.sessions.get(session_key=as_alice.session.session_key).started

    save(as_alice, **CHANGE)

    alice.refresh_from_db()
    own = alice.sessions.get()
    assert alice.check_password(NEW)
    assert as_alice.get("/").status_code == 200
    assert (own.session_key, own.started) == (as_alice.session.session_key, started)
    assert list(Session.objects.exclude(pk=own.pk)) == [others]


@pytest.mark.parametrize(
    ("typed", "errors_are"),
    [
        (
            {"current_password": "wrong"},
            {"current_password": ["This is not the current password."]},
        ),
        ({"current_password": ""}, {"current_password": ["Enter the current password too."]}),
        (
            {"current_password": "x" * 10_000},
            {"current_password": ["This is not the current password."]},
        ),
        ({"confirmation": "other"}, {"confirmation": ["The two passwords are not the same."]}),
        ({"confirmation": ""}, {"confirmation": ["The two passwords are not the same."]}),
        ({"new_password": ""}, {"confirmation": ["The two passwords are not the same."]}),
    ],
)
def test_what_does_not_fit_is_told_beside_the_field(as_alice, alice, typed, errors_are):
    page = save(as_alice, **CHANGE | typed)

    alice.refresh_from_db()
    assert (errors(page), alice.check_password(PASSWORD)) == (errors_are, True)


@pytest.mark.parametrize(
    "password",
    ["eleven char", "password1234", "x" * 129, "alice@example.com", "ALICE@example.com "],
)
def test_a_weak_password_is_refused(as_alice, password):
    page = save(as_alice, **CHANGE | {"new_password": password, "confirmation": password})

    assert list(errors(page)) == ["new_password"]


@pytest.mark.parametrize(
    "password", ["twelve chars", "x" * 128, " with spaces around ", "pässwörter überall 🐦"]
)
def test_a_long_enough_password_needs_no_special_letters(as_alice, alice, password):
    save(as_alice, **CHANGE | {"new_password": password, "confirmation": password})

    alice.refresh_from_db()
    assert alice.check_password(password)


def test_the_current_password_alone_changes_nothing(as_alice, alice):
    """Browsers fill it in by themselves."""
    save(as_alice, current_password="whatever")

    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_guessing_the_current_password_is_locked_too(as_alice, alice, settings):
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(3):
        save(as_alice, **CHANGE | {"current_password": "wrong"})

    page = save(as_alice, **CHANGE)

    assert page.status_code == 429
    assert errors(page) == {
        "current_password": ["Too many wrong attempts.", "Try again in 15 minutes."]
    }
    assert as_alice.get("/").status_code == 200


def test_strangers_are_sent_to_the_login(client, db):
    assert client.get("/preferences", secure=True).url == "/login?next=/preferences"
