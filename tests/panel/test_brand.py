"""Proves that a provider's name, logo and skin come from one folder, as docs/skins.md says."""

import re
from io import StringIO

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command

from mailaccounts.actions import create_account
from panel.skins import default_skin, logo_url, skin_problems, skin_url, skins
from tests.browser import DESK, Window, log_in
from tests.make import make_domain

CACHED = (skins, skin_url, logo_url)


@pytest.fixture
def brand(settings, tmp_path):
    """The folder of the provider Acme with the skin of the documentation, and the logo."""
    guide = (project.BASE_DIR / "docs/skins.md").read_text()
    sheet = re.search(r"```css\n(.*?)```", guide, re.DOTALL)[1]
    (tmp_path / "acme.css").write_text(sheet)
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    settings.BRAND = str(tmp_path)
    settings.STATICFILES_DIRS = [("brand", tmp_path)]
    settings.PROVIDER_NAME = "Acme & Sons"
    settings.DEFAULT_SKIN = "acme"
    for function in CACHED:
        function.cache_clear()
    yield tmp_path
    for function in CACHED:
        function.cache_clear()


def test_the_skin_of_the_documentation_is_good(brand):
    said = StringIO()

    call_command("skins", stdout=said)

    assert skins() == ("acme", "automatic", "classic", "contrast", "night", "terracotta")
    assert said.getvalue().splitlines()[0] == f"acme: {brand}/acme.css: good"


def test_what_is_wrong_with_a_skin_is_said(brand):
    sheet = (brand / "acme.css").read_text()
    sheet = re.sub(r"--muted: #\w+", "--muted: #b0b0b0", sheet)
    sheet = re.sub(r"--line: .*?;", "", sheet).replace("--lit", "--glow")
    sheet = re.sub(r"--focus: #\w+", "--focus: orange", sheet)
    (brand / "acme.css").write_text(sheet)

    with pytest.raises(CommandError):
        call_command("skins", stdout=StringIO())

    assert set(skin_problems("acme")) == {
        "--line is missing",
        "--lit is missing",
        "--glow is unknown",
        "--focus is not a colour such as #1a222d",
        "--muted on --surface has a contrast of 2.17, not 4.5",
        "--muted on --canvas has a contrast of 2.01, not 4.5",
        "--muted on --pane has a contrast of 1.84, not 4.5",
    }


def test_the_login_screen_is_the_provider_s(brand, client, db):
    page = client.get("/login", secure=True).text

    assert 'data-skin="acme"' in page
    assert re.findall(r'(?:href|src)="/static/(brand/[^"]*)"', page) == [
        "brand/logo.svg",
        "brand/acme.css",
        "brand/logo.svg",
    ]
    assert "Acme &amp; Sons</a>" in page
    assert "· Acme &amp; Sons</title>" in page


def test_new_accounts_begin_with_the_provider_s_skin(brand, as_alice):
    make_domain("example.com")

    assert create_account(address="new@example.com").skin == "acme"
    assert as_alice.get("/preferences").text.count('value="acme"') == 1


def test_a_default_that_is_not_there_is_the_automatic_one(brand, settings, client, db):
    settings.DEFAULT_SKIN = "gone"

    assert default_skin() == "automatic"
    assert 'data-skin="automatic"' in client.get("/login", secure=True).text


def test_without_a_folder_it_is_the_panel_s_own(client, db):
    page = client.get("/login", secure=True).text

    assert (logo_url(), 'href="/static/panel/mark.svg"' in page) == ("", True)
    assert "Pigeonnier</a>" in page


@pytest.mark.browser
def test_a_browser_wears_it(brand, engine, live_server, transactional_db):
    make_domain("example.com")
    window = Window(engine, DESK)
    log_in(window.context, create_account(address="new@example.com"), live_server.url)

    window.page.goto(f"{live_server.url}/preferences")
    window.picture("preferences-acme")
    ground = window.page.evaluate("getComputedStyle(document.body).backgroundColor")
    found = (ground, window.findings(of_skin=True), window.complaints)
    window.context.close()

    assert found == ("rgb(247, 246, 242)", [], [])
