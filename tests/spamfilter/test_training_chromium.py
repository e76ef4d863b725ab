"""Proves G31 in Chromium: the bar of a long training goes on by itself, and without JavaScript."""

from __future__ import annotations

import pytest
from django.utils import timezone

from mailaccounts.store import mail_store
from spamfilter.training import begin, work_off
from tests.browser import DESK, Window, log_in
from tests.make import make_account
from tests.spamfilter.classroom import ALICE, fill

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripting", [True, False])
def test_the_bar_goes_on_to_the_end(
    engine, live_server, transactional_db, settings, tmp_path, pupil, scripting
):
    settings.MAIL_STORE_URL = f"maildir:{tmp_path}"
    alice = make_account(ALICE)
    names = fill(mail_store(), 30)
    begin(account=alice, kind="spam", message_ids=names, now=timezone.now())
    work_off(alice, limit=10)
    window = Window(engine, DESK, java_script_enabled=scripting)
    log_in(window.context, alice, live_server.url)

    window.page.goto(f"{live_server.url}/spam-filter/training")
    assert window.page.locator("progress").get_attribute("value") == "10"
    work_off(alice, limit=10)
    window.page.locator("progress[value='20']").wait_for()
    work_off(alice, limit=10)
    window.page.get_by_text("30 messages learned as spam.").wait_for()

    assert window.page.locator(".badge.bad").count() == 30
    assert window.complaints == []
    window.context.close()
