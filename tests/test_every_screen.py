"""Proves for every screen there is: who may open it, that looking changes nothing, and G9."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from django.utils.html import strip_tags

from mailaccounts.models import Session
from panel.help import PAGES
from tests.make import make_account, make_plan
from tests.screens import ACTS, DOORS, PUBLIC, UNIVERSAL, furnish, own_screens, path_of

pytestmark = pytest.mark.usefixtures("ways_in")

SCREENS = own_screens()
PRIVATE = [screen for screen in SCREENS if screen not in PUBLIC]
SHOWN = [screen for screen in SCREENS if screen not in ACTS]
GRANTED = [screen for screen in PRIVATE if screen not in UNIVERSAL]


@pytest.fixture
def furnished(alice):
    return furnish(alice)


@pytest.fixture
def visitor(as_alice):
    """Who opens a screen: its owner, and at the doors somebody who is not logged in yet."""

    def choose(screen: str) -> Client:
        return Client() if screen in DOORS else as_alice

    return choose


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but the sessions, which note when they were last used."""
    models = [model for model in apps.get_models() if model is not Session]
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in models
    }


def small_beginnings(page: str) -> list[str]:
    """Headings, labels and buttons in small letters, as a model calls a field within a sentence."""
    marked = re.findall(r"<(?:th|h[1-3]|label|button|legend)\b[^>]*>(.*?)</", page)
    texts = [strip_tags(text).strip() for text in marked]
    return [text for text in texts if text[:1].islower() and "@" not in text]


@pytest.mark.parametrize("screen", PRIVATE)
def test_nobody_is_sent_to_the_login(client, alice, screen):
    path = path_of(screen, alice)

    page = client.get(path, secure=True)

    if page.status_code != 405 or screen not in ACTS:
        assert page.status_code == 302
        assert page["Location"].partition("?")[0] == resolve_url(settings.LOGIN_URL)


@pytest.mark.parametrize("screen", PRIVATE)
def test_nobody_posts_anything(client, alice, screen):
    path = path_of(screen, alice)
    before = everything()

    page = client.post(path, secure=True)

    assert page.status_code in (302, 405)
    assert everything() == before


@pytest.mark.parametrize("screen", GRANTED)
def test_a_plan_that_grants_nothing_opens_nothing_of_it(client, db, screen):
    account = make_account("carol@example.com", plan=make_plan("Nothing", permissions=()))
    client.force_login(account, backend="mailaccounts.backends.MailAccountBackend")
    path = path_of(screen, account)
    wrong_verb = {405} if screen in ACTS else set()

    assert client.get(path, secure=True).status_code in {403, *wrong_verb}
    assert client.post(path, secure=True).status_code == 403


@pytest.mark.parametrize("screen", SCREENS)
def test_looking_changes_nothing(visitor, furnished, screen):
    path = path_of(screen, furnished)
    before = everything()

    page = visitor(screen).get(path, secure=True)

    assert page.status_code in ((302, 405) if screen in ACTS else (200,))
    assert everything() == before


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("screen", SHOWN)
def test_every_screen_speaks_every_language(visitor, furnished, screen, language):
    furnished.language = language
    furnished.save()

    page = visitor(screen).get(
        path_of(screen, furnished), secure=True, headers={"accept-language": language}
    )

    assert f'<html lang="{language}" dir="ltr"' in page.text
    assert small_beginnings(page.text) == []
    assert "…</span>" not in page.text  # a label that is cut, as nobody has asked for


@pytest.mark.parametrize("screen", SHOWN)
def test_what_is_wrong_is_told_by_us_and_not_by_the_browser(visitor, furnished, screen):
    """Browsers complain in a language of their own, and of one field at a time."""
    page = visitor(screen).get(path_of(screen, furnished), secure=True).text
    forms = re.findall(r"<form([^>]*)>(.*?)</form>", page, re.DOTALL)

    silent = [
        head
        for head, body in forms
        if re.search(r"<\w[^>]*\b(required|min=|max=|pattern=)", body) and "novalidate" not in head
    ]

    assert silent == []


@pytest.mark.parametrize("screen", SHOWN)
def test_every_screen_has_its_help_page(screen):
    assert screen in {*PAGES, "help", "help_page"}
