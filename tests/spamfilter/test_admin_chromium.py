"""Proves B6 and B8 in Chromium: the staff's pages about spam and answers."""

import pytest

from mailaccounts.models import MailAccount
from spamfilter.models import ServerListEntry, SpamList
from tests.browser import DESK, PHONE, Window, chromium, log_in
from tests.mailaccounts.test_admin_chromium import look
from tests.make import (
    make_account,
    make_antivirus,
    make_attachment,
    make_autoresponder,
    make_list_entries,
    make_spam_filter,
)
from tests.spamfilter.test_admin_quarantine import make_quarantine

ADMIN = "/admin/spamfilter"


@pytest.fixture(scope="module")
def engine():
    with chromium() as browser:
        yield browser


@pytest.fixture
def window(request, engine, live_server, transactional_db):
    window = Window(engine, request.param)
    language = request.node.callspec.params["language"]
    staff = make_account("staff@example.com", is_staff=True, is_superuser=True, language=language)
    log_in(window.context, staff, live_server.url)
    yield window
    window.context.close()


@pytest.fixture
def owner(transactional_db) -> MailAccount:
    for number in range(30):
        pattern = f"*@spammers{number}.example"
        ServerListEntry.objects.create(list=SpamList.BLACK, pattern=pattern, note="reported")
    owner = make_account("owner@example.com")
    make_spam_filter(owner, alert_text="Beware. " * 20)
    make_antivirus(owner)
    make_list_entries(owner, SpamList.BLACK, f"{'long' * 15}@{'domain.' * 20}example")
    return owner


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"], indirect=True)
def test_every_page_is_drawn_without_complaints(window, language, live_server, owner):
    quarantined, entry = make_quarantine(owner), ServerListEntry.objects.first()
    away = make_autoresponder(owner, "Away " * 20, text="I am away. " * 50, answers=12_345)
    away.attachments.set([make_attachment(owner, "prices.pdf", b"%PDF-")])
    pages = {
        "services": f"/admin/mailaccounts/mailaccount/{owner.pk}/change/",
        "list-entries": f"{ADMIN}/listentry/",
        "autoresponders": "/admin/autoresponder/autoresponder/",
        "autoresponder": f"/admin/autoresponder/autoresponder/{away.pk}/change/",
        "server-lists": f"{ADMIN}/serverlistentry/",
        "server-list-add": f"{ADMIN}/serverlistentry/add/",
        "server-list-change": f"{ADMIN}/serverlistentry/{entry.pk}/change/",
        "quarantine": f"{ADMIN}/quarantine/",
        "quarantined": f"{ADMIN}/quarantine/{quarantined.pk}/change/",
    }

    complaints = {}
    for name, path in pages.items():
        window.page.goto(live_server.url + path)
        if found := look(window, f"{name}-{language}"):
            complaints[name] = found

    assert complaints == {}
