"""Proves G4."""

import pytest
from django.test import Client
from django.utils import translation

from mailaccounts.models import MailAccount, RecoveryLink, Session
from panel.skins import skins
from tests.make import PASSWORD, make_alias, make_session

NEW = "a quite new password"
FORM = {
    "language": "",
    "skin": "automatic",
    "time_zone": "UTC",
    "label_length": "24",
    "wait_until_loaded": "on",
    "multiple_sessions": "on",
    "recovery_address": "",
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
        ({"language": "fr"}, ("fr", "automatic", "UTC", 24, True, True)),
        ({"skin": "night"}, ("", "night", "UTC", 24, True, True)),
        ({"time_zone": "Europe/Paris"}, ("", "automatic", "Europe/Paris", 24, True, True)),
        ({"label_length": "3"}, ("", "automatic", "UTC", 3, True, True)),
        ({"label_length": "200"}, ("", "automatic", "UTC", 200, True, True)),
        ({"multiple_sessions": ""}, ("", "automatic", "UTC", 24, False, True)),
        ({"wait_until_loaded": ""}, ("", "automatic", "UTC", 24, True, False)),
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
        alice.wait_until_loaded,
    )
    assert alice.check_password(PASSWORD)


def test_each_preference_is_in_effect_on_the_next_page(as_alice):
    before = as_alice.get("/").text
    save(as_alice, language="fr", skin="night", label_length="3", wait_until_loaded="")

    page = as_alice.get("/").text

    assert '<html lang="en" dir="ltr" data-skin="automatic" data-wait="10">' in before
    assert before.count("wait.js") == 1
    assert '<html lang="fr" dir="ltr" data-skin="night">' in page
    assert (
        '<span aria-hidden="true">Bo…</span><span class="hidden">Boîte aux lettres</span>' in page
    )
    assert "wait.js" not in page


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
        ("label_length", "0"),
        ("label_length", "1"),
        ("label_length", "2"),
        ("label_length", "201"),
        ("label_length", "10000"),
        ("label_length", "many"),
        ("label_length", "-1"),
        ("label_length", "9" * 5_000),
        ("label_length", ""),
        ("recovery_address", "nonsense"),
        ("recovery_address", "a@b.example\r\nBcc: c@d.example"),
        ("recovery_address", "a@b.example, c@d.example"),
        ("recovery_address", "alice@example.com"),
        ("recovery_address", "Alice+Tag@EXAMPLE.com"),
        *((field, "a\0b") for field in FORM if FORM[field] != "on"),
        *((field, "x" * 10_000) for field in ("language", "skin", "time_zone", "new_password")),
        ("recovery_address", "x" * 10_000),
    ],
)
def test_strange_input_is_an_error_beside_its_field(as_alice, alice, field, text):
    page = save(as_alice, **{field: text})

    assert (page.status_code, field in errors(page)) == (200, True)
    alice.refresh_from_db()
    assert (alice.skin, alice.time_zone, alice.label_length) == ("automatic", "UTC", 40)


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


@pytest.mark.parametrize("length", [0, 1, 2, 10_000])
def test_a_label_length_that_got_into_the_row_anyhow_breaks_no_page(as_alice, length):
    MailAccount.objects.update(label_length=length)

    assert as_alice.get("/").status_code == 200


def test_an_unknown_skin_or_language_in_the_row_breaks_no_page(as_alice):
    MailAccount.objects.update(skin="../../x", language="xx")

    assert '<html lang="en" dir="ltr" data-skin="automatic"' in as_alice.get("/").text


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
    [
        *("eleven char", "x" * 129, "alice@example.com", "ALICE@example.com "),
        *("password1234", "motdepasse123", "2026 Mot de passe!", "bonjour-bonjour"),
        *("a" * 128, "123123123123"),
    ],
)
def test_a_weak_password_is_refused(as_alice, password):
    page = save(as_alice, **CHANGE | {"new_password": password, "confirmation": password})

    assert list(errors(page)) == ["new_password"]


@pytest.mark.parametrize(
    "password",
    [
        "twelve chars",
        "8 horses & 9 " * 9 + "crabs 4 you",
        "839201746551",
        " with spaces around ",
        "pässwörter überall 🐦",
    ],
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


def test_a_change_of_password_is_told_by_mail(as_alice, alice, letters):
    alice.language = "fr"
    alice.save()

    save(as_alice, **CHANGE | {"language": "fr"})

    (letter,) = letters(alice)
    assert letter["Subject"] == "Le mot de passe de alice@example.com a été modifié"
    assert "Adresse IP : 127.0.0.1" in letter.get_content().replace("\u00a0", " ")
    assert NEW not in letter.as_string()


def test_the_least_length_is_a_setting(as_alice, alice, settings):
    settings.PASSWORD_MIN_LENGTH = 20

    page = as_alice.get("/preferences").text

    assert 'data-least="20"' in page


def test_passwords_can_be_pasted_and_kept_by_a_password_manager(as_alice):
    page = as_alice.get("/preferences").text

    assert "onpaste" not in page
    assert page.count('autocomplete="new-password"') == 2
    assert page.count('autocomplete="current-password"') == 1


# The recovery address

HOME = "alice@home.example"
WANTED = {"recovery_address": HOME, "current_password": PASSWORD}


def test_a_recovery_address_waits_until_it_is_confirmed(as_alice, alice, letters):
    page = as_alice.get(save(as_alice, **WANTED).url)

    alice.refresh_from_db()
    (letter,) = letters()
    assert alice.recovery_address == ""
    assert "A mail was sent to alice@home.example." in page.text
    assert "<b><bdi>alice@<wbr>home.example</bdi></b> waits to be confirmed" in page.text
    assert letter["X-Envelope-To"] == HOME
    assert letter["Subject"] == "Confirm the recovery address of alice@example.com"
    assert letters(alice) == []


@pytest.mark.parametrize(
    ("password", "error"),
    [("", "Enter the current password too."), ("wrong", "This is not the current password.")],
)
@pytest.mark.parametrize("address", [HOME, ""])
def test_the_current_password_is_asked(as_alice, alice, letters, password, error, address):
    before = "old@home.example"
    MailAccount.objects.update(recovery_address=before)

    page = save(as_alice, recovery_address=address, current_password=password)

    alice.refresh_from_db()
    assert errors(page) == {"current_password": [error]}
    assert (alice.recovery_address, letters()) == (before, [])


def test_left_as_it_is_it_asks_for_nothing(as_alice, alice, letters):
    MailAccount.objects.update(recovery_address="marie@xn--bcher-kva.example")
    shown = as_alice.get("/preferences").context["form"]["recovery_address"].value()

    save(as_alice, recovery_address=shown, skin="night")

    alice.refresh_from_db()
    assert (shown, alice.skin, letters()) == ("marie@bücher.example", "night", [])


def test_removed_it_is_gone_at_once_and_both_places_are_told(as_alice, alice, letters):
    MailAccount.objects.update(recovery_address=HOME)

    save(as_alice, **WANTED | {"recovery_address": ""})

    alice.refresh_from_db()
    told = [letter["Subject"] for letter in (*letters(), *letters(alice))]
    assert alice.recovery_address == ""
    assert told == ["The recovery address of alice@example.com was changed"] * 2
    assert letters()[0]["X-Envelope-To"] == HOME


def test_an_alias_of_the_account_is_no_other_way_in(as_alice, alice):
    make_alias(alice, "a.liddell@example.com")

    page = save(as_alice, **WANTED | {"recovery_address": "A.Liddell@example.com"})

    assert list(errors(page)) == ["recovery_address"]


def test_another_account_here_may_be_it(as_alice, alice, bob, letters):
    save(as_alice, **WANTED | {"recovery_address": "bob@example.com"})

    assert len(letters(bob)) == 1


def test_nobody_is_pestered_by_way_of_us(as_alice, alice, letters):
    for n in range(RecoveryLink.MAILS):
        save(as_alice, **WANTED | {"recovery_address": f"victim{n}@far.example"})
        save(as_alice, **WANTED | {"recovery_address": ""})

    page = save(as_alice, **WANTED | {"skin": "night"})

    alice.refresh_from_db()
    assert "Too many mails were sent for this account today." in page.text
    assert (len(letters()), alice.skin) == (RecoveryLink.MAILS, "automatic")


def test_strangers_are_sent_to_the_login(client, db):
    assert client.get("/preferences", secure=True).url == "/login?next=/preferences"
