"""Proves G9."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from panel.help import CHAPTERS, PAGES
from panel.help_search import page_text, search_help
from panel.help_words import OTHER_WORDS

FOLDER = Path(settings.BASE_DIR) / "templates/help"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_written_in_both_languages(language):
    written = {path.stem for path in (FOLDER / language).glob("*.html")}

    assert written == {*PAGES, "help"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_opens_and_no_link_is_dead(as_alice, alice, language):
    alice.language = language
    alice.save()
    links: dict[str, str] = {}
    for page in ["/help", *(f"/help/{name}" for name in PAGES)]:
        main = as_alice.get(page).text.partition("<main")[2]
        assert "<article" in main
        links |= dict.fromkeys(re.findall(r'<a [^>]*href="([^"#]*)', main), page)

    answers = {link: as_alice.get(unescape(link), follow=True).status_code for link in links}
    assert {link: links[link] for link, status in answers.items() if status != 200} == {}


def test_the_contents_lead_to_every_page(as_alice):
    links = re.findall(r'href="/help/([^"]*)"', as_alice.get("/help").text)

    assert links == list(PAGES)


def test_every_chapter_begins_with_a_page_that_there_is():
    assert CHAPTERS.keys() <= PAGES.keys()
    assert next(iter(PAGES)) in CHAPTERS


def test_one_leafs_from_the_first_page_to_the_last(as_alice):
    leaf, leafed = next(iter(PAGES)), []
    while leaf:
        leafed.append(leaf)
        page = as_alice.get(f"/help/{leaf}").text
        leaf = "".join(re.findall(r'href="/help/([^"]*)" rel="next"', page))

    assert leafed == list(PAGES)


def test_who_cannot_log_in_is_helped_too(client, db):
    page = client.get("/help/login", secure=True)

    assert page.status_code == 200
    assert "<h1>Log in</h1>" in page.text


def test_help_opens_at_the_screen_one_comes_from(as_alice):
    assert 'href="/help/home"' in as_alice.get("/").text


def test_no_such_page(as_alice):
    assert as_alice.get("/help/..").status_code == 404
    assert as_alice.get("/help/nothing").status_code == 404


@pytest.mark.parametrize(
    ("language", "query", "first"),
    [
        ("en", "Redirect", "redirect_edit"),
        ("en", "  NEW   member ", "group_member_new"),
        ("fr", "boite", "mailbox_edit"),
        ("fr", "BOÎTE", "mailbox_edit"),
        ("fr", "oublie", "password_reset"),
    ],
)
def test_capitals_and_accents_make_no_difference(language, query, first):
    with translation.override(language):
        assert search_help(query)[0].page == first


@pytest.mark.parametrize(
    ("language", "query", "first"),
    [
        ("en", "mailing list", "mail_group"),
        ("en", "out of office", "autoresponders"),
        ("en", "unsubscribe", "group_members_remove"),
        ("en", "quota", "mailbox_edit"),
        ("en", "scan QR code", "set_up"),
        ("fr", "code QR", "set_up"),
        ("fr", "antivirus", "antivirus_edit"),
        ("fr", "anti-virus", "antivirus_edit"),
        ("fr", "notification d'absence", "autoresponders"),
        ("fr", "liste de diffusion", "mail_group"),
        ("fr", "désabonner", "group_members_remove"),
        ("fr", "rediriger", "redirect_edit"),
        ("fr", "adresse éphémère", "aliases"),
        ("fr", "augmenter la précision", "training"),
        ("fr", "quota", "mailbox_edit"),
        ("fr", "skin", "preferences"),
    ],
)
def test_other_names_for_the_same_things_are_found(language, query, first):
    with translation.override(language):
        assert search_help(query)[0].page == first


def test_other_names_are_those_of_pages():
    assert OTHER_WORDS.keys() <= PAGES.keys()


@pytest.mark.parametrize("query", ["", " ", "xyzzy", "redirect xyzzy", "edirect", "(", "\\", "\0"])
def test_what_is_nowhere_is_not_found(query):
    assert search_help(query) == []


def test_what_was_found_is_marked(as_alice):
    page = as_alice.get("/help", {"q": "copy mailbox"}).text

    assert re.search(r"<mark>[Cc]opy</mark>", page)
    assert re.search(r"<mark>[Mm]ailbox</mark>", page)


def test_the_excerpt_is_the_text_as_it_stands():
    for found in search_help("mailbox"):
        shown = "".join(piece.text for piece in found.pieces).strip("… ")
        assert shown in page_text(found.page, "en")
        assert {piece.text.lower() for piece in found.pieces if piece.hit} <= {"mailbox"}


def test_a_search_that_finds_nothing_says_so_and_is_escaped(as_alice):
    page = as_alice.get("/help", {"q": "<script>alert(1)"}).text

    assert "0 pages with “&lt;script&gt;alert(1)”" in page
    assert "<script>alert" not in page


def test_who_cannot_log_in_searches_too(client, db):
    page = client.get("/help", {"q": "password"}, secure=True)

    assert (page.status_code, "<mark>" in page.text) == (200, True)


@limits(deadline=None)
@given(query=st.text(max_size=150))
def test_whatever_is_searched_gets_an_answer(query):
    assert isinstance(search_help(query), list)
