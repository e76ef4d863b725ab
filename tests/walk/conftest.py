"""Three owners, the windows in which they look at their screens, and short pages of lists."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from importlib import import_module

import pytest
from django.utils import timezone

from delivery.models import DeliveryRecord
from mailaccounts.models import MailAccount
from mailaccounts.store import mail_store
from spamfilter.models import TrainingJob
from tests.browser import DESK, Window, log_in
from tests.make import make_account, make_mailbox, make_plan
from tests.screens import furnish
from tests.walk import sights
from tests.walk.walker import walk

SUBJECTS = [
    "=?utf-8?B?0J/RgNC40LLQtdGC?= " * 12,
    "\u202egnp.exe",
    "",
    "x" * 400,
    "<b>Bold</b>",
]
LISTS = [
    *("autoresponder.views.autoresponder", "mailaccounts.views.aliases"),
    *("mailaccounts.views.groups", "mailaccounts.views.mail_group", "panel.views.sessions"),
    *("spamfilter.views.lists", "spamfilter.views.training"),
]


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch) -> None:
    """Fifty rows look like six, and take eight times as long to go through."""
    for views in LISTS:
        monkeypatch.setattr(import_module(views), "PER_PAGE", 6)


@pytest.fixture
def furnished(transactional_db, settings, scanners, ways_in) -> MailAccount:
    """Long names and long lists, mail of all kinds, and a server that has everything."""
    settings.WEBMAIL_URL = "https://webmail.example/"
    account = furnish(make_account("alice.margaret.pleasance-liddell@example.com"))
    for number, subject in enumerate(SUBJECTS * 4):
        text = f"From: Eve{number} <eve@far.example>\r\nSubject: {subject}\r\n\r\nHello!\r\n"
        mail_store().deliver(account.address, text.encode(), key=str(number))
    _scanned(account)
    return account


def _scanned(account: MailAccount) -> None:
    """Messages with points, and some that the filter is learning."""
    now = timezone.now()
    about = {"account": account, "recipient": account.address, "octets": 1, "received": now}
    kept = {"author": "Eve", "outcome": DeliveryRecord.Outcome.DELIVERED, "score": Decimal(6)}
    DeliveryRecord.objects.write(
        [DeliveryRecord(subject=subject, **about, **kept) for subject in SUBJECTS]
    )
    TrainingJob.objects.create(
        account=account,
        kind=TrainingJob.Kind.SPAM,
        message_ids=[],
        total=1234,
        done=56,
        created=now,
    )


@pytest.fixture
def newcomer(transactional_db) -> MailAccount:
    """Nothing is set up yet, and the server has neither scanners nor a way in for programs."""
    return make_account("new@example.com")


@pytest.fixture
def restrained(transactional_db, monkeypatch, ways_in) -> MailAccount:
    """Nothing is granted, labels are short, the mailbox is off, and the screen Groups is broken."""
    monkeypatch.setattr("mailaccounts.views.groups.PER_PAGE", 0)
    fields = {"label_length": 6, "wait_until_loaded": True, "is_staff": True}
    account = make_account("bare@example.com", plan=make_plan("Bare", permissions=()), **fields)
    make_mailbox(account, enabled=False)
    return account


@pytest.fixture(params=["doors", "screens", "states", "beginnings", "refusals"])
def part(request) -> str:
    """What is walked through in one go."""
    return request.param


@pytest.fixture
def go(part, request, engine, live_server) -> Callable[[str], dict[str, list[str]]]:
    """Walk through a part in a language; in one window, for logging in anew takes long."""
    owners = {"beginnings": "newcomer", "refusals": "restrained"}
    owner = request.getfixturevalue(owners.get(part, "furnished"))

    def through(language: str) -> dict[str, list[str]]:
        owner.language = language
        owner.save()
        window = Window(engine, DESK, locale=language)
        if part != "doors":
            log_in(window.context, owner, live_server.url)
        found = walk(window, live_server.url, language, getattr(sights, part)(owner))
        window.context.close()
        return found

    return through
