"""Proves that every word on every screen goes through the translation.

In a language that exists only here each text stands in brackets; what is outside of them is data
of the test, or a string that somebody forgot.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import trans_real

from mailaccounts.store import StoreUnavailable
from mailaccounts.store.maildir import MaildirStore
from panel.time_zones import time_zones
from tests.make import make_account, make_alias, make_mail_group, make_plan, make_redirect
from tests.screens import ACTS, DOORS, own_screens, path_of

OPEN, CLOSE = "⟦", "⟧"
ADDRESS = re.compile(r"https?://\S+|([\w.+-]+@)?[\w-]+(\.[\w-]+)*\.(example|com)\b")
BRACKETED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
READ = {"title", "placeholder", "aria-label", "alt", "data-copied"}
# Names are the same in every language: our own, an app's, a plan's, and the marker of spam; some
# alternative texts of Django's icons are English everywhere.
NAMES = {"Pigeonnier", "Axes", "UTC", "Standard", "Search", "True", "False", "Re", "SPAM"}
NAMES |= {"Thunderbird", "IMAP", "POP", "SMTP", "SSL", "TLS"}
CHOICES = {*dict(settings.LANGUAGES).values(), *time_zones()}


class Brackets:
    """A language whose every text is the English one in brackets."""

    def language(self) -> str:
        return "fr"

    to_language = language

    def gettext(self, text: str) -> str:
        return f"{OPEN}{text.rpartition(trans_real.CONTEXT_SEPARATOR)[2]}{CLOSE}"

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


class Text(HTMLParser):
    """What a page says to eyes and to screen readers."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._unread = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        said = {value for name, value in attrs if name in READ and value}
        if tag == "input" and given.get("type") in ("submit", "button"):
            said.add(given.get("value") or "")
        self.said += (f"\n{text}\n" for text in said - CHOICES)
        # Help pages are whole texts in each language, not translated sentences.
        self._unread += tag in ("script", "style", "article", "textarea")

    def handle_endtag(self, tag: str) -> None:
        self.said.append("\n")
        self._unread -= tag in ("script", "style", "article", "textarea")

    def handle_data(self, data: str) -> None:
        if not self._unread and data.strip() not in CHOICES:
            self.said.append(data)


def forgotten(page: HttpResponse) -> list[str]:
    """The words outside of all brackets."""
    text = "".join(Text(page.content.decode()).said)
    assert OPEN in text, f"{page.status_code}: not even one text is translated"
    while BRACKETED.search(text):
        text = BRACKETED.sub(" ", text)
    words = re.findall(r"[^\W\d_]{2,}", ADDRESS.sub(" ", text))
    return sorted(set(words) - NAMES)


def forgotten_on(pages: dict[str, HttpResponse]) -> dict[str, list[str]]:
    """The same for many pages; only those of which there is something to say."""
    return {name: words for name, page in pages.items() if (words := forgotten(page))}


@pytest.fixture(autouse=True)
def brackets(monkeypatch):
    monkeypatch.setitem(trans_real._translations, "fr", Brackets())  # type: ignore[attr-defined]


@pytest.fixture
def owner(alice):
    """Alice, with something on every screen and labels that are not cut."""
    alice.language = "fr"
    alice.label_length = 80
    alice.save()
    make_alias(alice, "a.liddell@example.com")
    make_redirect(alice, "far@elsewhere.example")
    make_mail_group(alice, *(f"member{number:02}@elsewhere.example" for number in range(60)))
    return alice


@pytest.fixture
def visitor() -> Client:
    """Somebody who is not logged in."""
    client = Client(headers={"accept-language": "fr"}, raise_request_exception=False)
    client.defaults["wsgi.url_scheme"] = "https"
    return client


def test_every_screen(as_alice, visitor, owner, ways_in):
    pages = {
        screen: (visitor if screen in DOORS else as_alice).get(path_of(screen, owner))
        for screen in own_screens()
        if screen not in ACTS
    }

    assert forgotten_on(pages) == {}


def test_what_goes_wrong(as_alice, visitor, owner):
    password = {"new_password": "abc", "confirmation": "abd", "label_length": "3"}
    pages = {
        "login": visitor.post("/login", {"login": "alice", "password": "x", "language": "fr"}),
        "link": visitor.post(path_of("password_reset_confirm", owner), password),
        "dead link": visitor.get("/password/x"),
        "preferences": as_alice.post("/preferences", password),
        "redirect": as_alice.post("/redirect", {"enabled": "on", "address": owner.address}),
        "two": as_alice.post("/redirect", {"enabled": "on", "address": "a@b.example c@d.example"}),
        "new member": as_alice.post("/mail-group/new-member", {"addresses": f"@, {owner.address}"}),
        "too many": as_alice.post(
            "/mail-group/new-member",
            {"addresses": " ".join(f"m{number}@elsewhere.example" for number in range(500))},
        ),
        "not found": visitor.get("/nowhere"),
        "not this way": as_alice.get("/mail-group/switch-on"),
    }

    assert forgotten_on(pages) == {}


def test_what_was_done(as_alice, owner):
    acts = {
        "/mail-group/switch-off": {},
        "/mail-group/switch-on": {},
        "/mail-group/new-member": {"addresses": "new@elsewhere.example"},
        "/redirect": {"address": "far@elsewhere.example"},
        "/preferences": {"language": "fr", "skin": "night", "time_zone": "UTC", "label_length": 80},
        "/mailbox/switch-off": {},
        "/mailbox": {"enabled": "on"},
        "/logout": {},
    }

    pages = {path: as_alice.post(path, data, follow=True) for path, data in acts.items()}

    assert forgotten_on(pages) == {}


def test_while_the_store_does_not_answer(as_alice, owner, monkeypatch):
    def silent(*_arguments: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(MaildirStore, "usage", silent)
    monkeypatch.setattr(MaildirStore, "delete_all", silent)

    pages = {path: as_alice.get(path) for path in ("/", "/mailbox", "/mailbox/switch-off")}
    pages["tried"] = as_alice.post("/mailbox/switch-off")

    assert forgotten_on(pages) == {}


def test_a_screen_that_is_not_granted(visitor, db):
    account = make_account("carol@example.com", plan=make_plan("Standard", ()), language="fr")
    visitor.force_login(account, backend="mailaccounts.backends.MailAccountBackend")

    assert forgotten(visitor.get("/redirect")) == []


def test_the_administration(client, staff, owner):
    staff.language = "fr"
    staff.save()
    client.defaults["wsgi.url_scheme"] = "https"
    client.force_login(staff, backend="mailaccounts.backends.MailAccountBackend")
    account = {
        name: client.get(reverse(f"admin:mailaccounts_mailaccount_{name}", args=[owner.pk]))
        for name in ("change", "delete", "suspend", "history")
    }
    lists = {
        f"{model} {name}": client.get(reverse(f"admin:mailaccounts_{model}_{name}"))
        for model in ("mailaccount", "alias", "domain", "plan", "staffrole")
        for name in ("changelist", "add")
    }
    link = reverse("admin:mailaccounts_mailaccount_password_link", args=[owner.pk])
    bad = client.post(
        reverse("admin:mailaccounts_mailaccount_add"), {"address": "a@nowhere.example"}
    )

    others = ("mailaccounts_session", "spamfilter_listentry", "autoresponder_autoresponder")
    lists |= {name: client.get(reverse(f"admin:{name}_changelist")) for name in others}
    pages = {"index": client.get("/admin/"), **account, **lists, "link": client.post(link), "": bad}

    assert forgotten_on(pages) == {}
