"""Proves G41 in Chromium: the preview follows what is typed and chosen, also without JavaScript."""

from __future__ import annotations

import pytest

from tests.autoresponder.conftest import letter
from tests.autoresponder.test_preview_newest import keep
from tests.browser import DESK, PHONE, Window, log_in
from tests.make import make_account, make_autoresponder

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("size", "scripting"), [(DESK, True), (PHONE, False)], ids=["desk", "phone without scripts"]
)
def test_the_preview_answers_the_newest_letter(
    engine, live_server, transactional_db, size, scripting
):
    alice = make_account("alice@example.com")
    one = make_autoresponder(alice, text="Dear {sender}")
    keep(letter(subject="A question"))
    window = Window(engine, size, java_script_enabled=scripting)
    log_in(window.context, alice, live_server.url)
    page = window.page

    page.goto(f"{live_server.url}/autoresponders/{one.pk}")
    assert "Dear camille.petit@example.com" in page.locator("#preview").inner_text()
    page.get_by_label("The newest message in your inbox").check()
    if not scripting:
        page.get_by_role("button", name="Preview").click()
    page.locator("#preview", has_text="Dear carol@far.example").wait_for()

    assert "As it would answer “A question”" in page.locator("#preview").inner_text()
    assert page.get_by_label("The newest message in your inbox").is_checked()
    assert window.complaints == []
    window.context.close()
