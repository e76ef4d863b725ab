"""Proves B6 and B8 in Chromium: the administration works under the strict policy, for everybody."""

import re

import pytest

from mailaccounts.actions import make_signing_keys
from mailaccounts.models import MailAccount, StaffRole
from tests.browser import DESK, PHONE, TABLET, Window, chromium, log_in
from tests.make import make_account, make_alias, make_mail_group, make_plan, make_redirect

ADMIN = "/admin/mailaccounts"
# The names of Django's search box and of Select2's combobox, which are not ours to write.
DJANGO_S_OWN = ("label-title-only: ", 'aria-input-field-name: <span class="select2')


@pytest.fixture(scope="module")
def engine():
    with chromium() as browser:
        yield browser


@pytest.fixture
def accounts(transactional_db, settings) -> list[MailAccount]:
    settings.MAIL_HOST = "mx.provider.example"
    owners = [make_account(f"owner{number}@example.com") for number in range(3)]
    make_alias(owners[0], "sales@example.com")
    make_redirect(owners[0], "somebody@elsewhere.example")
    make_mail_group(owners[0], "a@elsewhere.example", "b@elsewhere.example")
    StaffRole.objects.create(name="Clerks")
    make_signing_keys()
    return owners


@pytest.fixture
def window(request, engine, live_server, transactional_db):
    language = getattr(request, "param", "en")
    window = Window(engine, DESK, locale=language)
    fields = {"is_staff": True, "is_superuser": True, "language": language}
    staff = make_account("staff@example.com", **fields)
    log_in(window.context, staff, live_server.url)
    yield window
    window.context.close()


def look(window: Window, name: str) -> list[str]:
    window.picture(f"admin-{name}-{window.size['width']}")
    return [each for each in window.findings() if not each.startswith(DJANGO_S_OWN)]


def look_on_each_device(window: Window, name: str) -> list[str]:
    found = []
    for size in (PHONE, TABLET, DESK):
        window.become(size)
        found += [f"{size['width']}: {each}" for each in (*window.too_wide(), *look(window, name))]
    return found


@pytest.mark.parametrize("window", ["en", "fr"], indirect=True)
def test_every_page_is_drawn_without_complaints(window, live_server, accounts):
    account, plan = accounts[0], make_plan()
    pages = {
        "index": "/admin/",
        "list": f"{ADMIN}/mailaccount/",
        "add": f"{ADMIN}/mailaccount/add/",
        "account": f"{ADMIN}/mailaccount/{account.pk}/change/",
        "suspend": f"{ADMIN}/mailaccount/{account.pk}/suspend/",
        "delete": f"{ADMIN}/mailaccount/{account.pk}/delete/",
        "aliases": f"{ADMIN}/alias/",
        "alias": f"{ADMIN}/alias/add/",
        "domains": f"{ADMIN}/domain/",
        "records": f"{ADMIN}/domain/{account.domain.pk}/change/",
        "domain": f"{ADMIN}/domain/add/",
        "plan": f"{ADMIN}/plan/{plan.pk}/change/",
        "role": f"{ADMIN}/staffrole/add/",
    }
    found = {}
    for name, path in pages.items():
        assert window.page.goto(f"{live_server.url}{path}").status == 200, name
        complaints = list(window.complaints)
        language = window.page.locator("html").get_attribute("lang")
        found[name] = complaints + look_on_each_device(window, f"{name}-{language}")
        window.complaints.clear()  # axe-core's own: the policy keeps it from adding styles

    assert {name: each for name, each in found.items() if each} == {}


def test_the_buttons_of_an_account_leave_its_name_readable(window, live_server, accounts):
    MailAccount.objects.update(language="fr")
    page = window.page
    page.set_viewport_size({"width": 1100, "height": 900})
    page.goto(f"{live_server.url}{ADMIN}/mailaccount/{accounts[0].pk}/change/")

    parts = "#content > h2", ".object-tools", "#mailaccount_form"
    name, buttons, form = (page.locator(part).bounding_box() for part in parts)

    assert name["y"] + name["height"] <= buttons["y"]
    assert buttons["y"] + buttons["height"] <= form["y"]


def test_an_alias_is_made_by_typing_the_beginning_of_an_address(window, live_server, accounts):
    page = window.page
    page.goto(f"{live_server.url}{ADMIN}/alias/add/")

    page.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("owner1")
    page.locator(".select2-results__option", has_text="owner1@example.com").click()
    page.locator("#id_address").fill("info@example.com")
    page.get_by_role("button", name="Save", exact=True).click()

    page.wait_for_url(re.compile("/alias/$"))
    assert list(accounts[1].aliases.values_list("address", flat=True)) == ["info@example.com"]
    assert window.complaints == []


def test_a_one_time_link_is_made_and_copied(window, live_server, accounts):
    page = window.page
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}{ADMIN}/mailaccount/{accounts[0].pk}/change/")

    page.get_by_role("button", name="Make a one-time password link").click()
    page.get_by_role("button", name="Copy").click()

    page.get_by_role("button", name="Copied").wait_for()
    link = page.get_by_label("One-time link").input_value()
    assert page.evaluate("navigator.clipboard.readText()") == link
    assert window.complaints == []
    assert look(window, "link") == []


def test_a_key_is_renewed_and_its_record_copied(window, live_server, accounts, monkeypatch):
    monkeypatch.setattr("mailaccounts.admin.keys.text_records", lambda name: ["v=DKIM1; p=x"])
    page, domain = window.page, accounts[0].domain
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}{ADMIN}/domain/{domain.pk}/change/")

    page.get_by_role("button", name="Renew the key").click()
    page.get_by_role("button", name="Drop the new key").wait_for()
    page.wait_for_load_state()
    coming = domain.signing_keys.coming().get()
    row = page.get_by_role("row", name=str(coming))
    row.get_by_role("button", name="Copy").click()
    row.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == coming.record()
    assert window.complaints == []
    assert look(window, "renewed") == []
    window.complaints.clear()  # axe-core's own

    page.get_by_role("button", name="The new record is published: switch").click()
    insist = page.get_by_role("button", name="Switch all the same")
    insist.wait_for()
    page.wait_for_load_state()
    assert window.complaints == []
    assert look(window, "switch") == []
    insist.click()

    page.get_by_text("The old key. Keep this until").wait_for()
    assert domain.signing_keys.signing().get() == coming


def test_without_script_no_button_is_shown_that_would_do_nothing(engine, live_server, accounts):
    window = Window(engine, DESK, java_script_enabled=False)
    log_in(
        window.context,
        make_account("staff@example.com", is_staff=True, is_superuser=True),
        live_server.url,
    )
    window.page.goto(f"{live_server.url}{ADMIN}/domain/{accounts[0].domain.pk}/change/")

    assert window.page.get_by_label("TXT").count() > 0
    assert window.page.get_by_role("button", name="Copy").count() == 0
    window.context.close()
