"""Proves B6 and B8 in Chromium: the staff's pages about spam and viruses, for everybody."""

import pytest

from mailaccounts.models import MailAccount
from spamfilter.models import ServerListEntry, SpamList
from tests.browser import DESK, PHONE, Window, chromium, log_in
from tests.mailaccounts.test_admin_chromium import look
from tests.make import make_account
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
    return make_account("owner@example.com")


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"], indirect=True)
def test_every_page_is_drawn_without_complaints(window, language, live_server, owner):
    quarantined, entry = make_quarantine(owner), ServerListEntry.objects.first()
    pages = {
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
