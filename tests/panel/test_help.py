"""Proves G9."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from panel.help import PAGES

FOLDER = Path(settings.BASE_DIR) / "templates/help"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_written_in_both_languages(language):
    written = {path.stem for path in (FOLDER / language).glob("*.html")}

    assert written == {*PAGES, "help"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_opens_and_no_link_is_dead(as_alice, alice, language):
    alice.language = language
    alice.save()
    pages = ["/help", *(f"/help/{name}" for name in PAGES)]

    for page in pages:
        text = as_alice.get(page).text
        for link in re.findall(r'href="(/help[^"]*)"', text):
            assert link in pages
        assert "<article" in text


def test_the_contents_lead_to_every_page(as_alice):
    links = re.findall(r'href="/help/([^"]*)"', as_alice.get("/help").text)

    assert set(links) == set(PAGES)


def test_who_cannot_log_in_is_helped_too(client, db):
    page = client.get("/help/login", secure=True)

    assert page.status_code == 200
    assert "<h1>Log in</h1>" in page.text


def test_help_opens_at_the_screen_one_comes_from(as_alice):
    assert 'href="/help/home"' in as_alice.get("/").text


def test_no_such_page(as_alice):
    assert as_alice.get("/help/..").status_code == 404
    assert as_alice.get("/help/nothing").status_code == 404
