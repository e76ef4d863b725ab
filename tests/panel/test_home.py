"""Proves G2, G3, G6, G8, G22 and G24."""

import pytest

from mailaccounts.store import StoreUnavailable, Usage
from mailaccounts.tools import Tool
from tests.make import (
    make_account,
    make_alias,
    make_mail_group,
    make_mailbox,
    make_plan,
    make_redirect,
)


def test_home_says_whose_it_is(as_alice):
    page = as_alice.get("/")

    assert page.status_code == 200
    assert "<title>alice@example.com · Pigeonnier</title>" in page.text
    assert "<h1><bdi>alice@<wbr>example.com</bdi></h1>" in page.text


def test_where_mail_is_sent_on_to_breaks_after_its_at_sign(as_alice, alice):
    make_redirect(alice, "far@xn--bcher-kva.example")

    assert "<small><bdi>far@<wbr>bücher.example</bdi></small>" in as_alice.get("/").text


def test_info_begins_with_the_panel_and_tells_each_state(as_alice, alice, scanners):
    make_redirect(alice, "far@elsewhere.example")
    make_mail_group(alice, "a@x.example", "b@x.example", enabled=False)

    rows = as_alice.get("/").context["rows"]

    assert [(str(row.label), row.state, row.detail) for row in rows] == [
        ("Control panel access", "on", ""),
        ("Mailbox", "on", "0 messages"),
        ("Redirect", "on", "far@elsewhere.example"),
        ("Mail group", "off", "2 members"),
        ("Autoresponders", "off", ""),
        ("Spam filter", "off", ""),
        ("Antivirus", "off", ""),
        ("Webmail", "off", "This server has none; use a mail program"),
    ]


def test_a_tool_that_is_not_granted_is_absent_and_its_info_is_no_link(client, db):
    plan = make_plan("Mailbox alone", permissions=("manage_mailbox",))
    account = make_account("carol@example.com", plan=plan)
    client.force_login(account, backend="mailaccounts.backends.MailAccountBackend")

    page = client.get("/", secure=True)

    tools = {shown.tool.url_name for shown in page.context["tools"]}
    assert not tools & {"redirect_edit", "mail_group"}
    paths = {str(row.label): row.path for row in page.context["rows"]}
    assert (paths["Redirect"], paths["Mail group"]) == ("", "")


def test_every_tool_explains_itself_to_everybody(as_alice):
    page = as_alice.get("/")

    for shown in page.context["tools"]:
        name = shown.tool.url_name
        assert f'aria-describedby="t-{name}"' in page.text
        assert f'<span class="tool-hint" id="t-{name}">{shown.tool.hint}</span>' in page.text


@pytest.mark.parametrize("count", [0, 3, 300])
def test_four_queries_however_many_aliases(as_alice, alice, django_assert_num_queries, count):
    for number in range(count):
        make_alias(alice, f"alias{number:03}@example.com")

    with django_assert_num_queries(4):
        page = as_alice.get("/")

    assert page.text.count("alias") >= count
    assert len(page.context["aliases"]) == count


def test_no_alias_is_said_in_words(as_alice):
    assert "An alias is a further address" in as_alice.get("/").text


def test_the_webmail_opens_in_a_tab_of_its_own_with_the_login_filled_in(as_alice, settings):
    settings.WEBMAIL_URL = "https://webmail.example.com/"

    page = as_alice.get("/", headers={"Accept-Language": "fr"})

    link = "https://webmail.example.com/?_user=alice%40example.com&amp;_lang=fr"
    assert page.text.count(f'href="{link}" target="_blank" rel="noopener"') == 2
    assert page.text.count("webmail.example.com") == 2


def test_without_a_webmail_or_a_mailbox_there_is_no_link(as_alice, alice, settings):
    said = []
    for url, mailbox in (("", True), ("https://webmail.example.com/", False)):
        settings.WEBMAIL_URL = url
        make_mailbox(alice, enabled=mailbox)
        page = as_alice.get("/")
        assert "_blank" not in page.text
        said.append([row.detail for row in page.context["rows"] if row.label == "Webmail"])

    assert said == [["This server has none; use a mail program"], ["Needs a mailbox that is on"]]


def test_labels_are_cut_to_the_length_that_the_owner_likes(as_alice, alice, monkeypatch):
    monkeypatch.setattr("panel.home.TOOLS", (Tool("help", "Permissions", "", "info"),))
    alice.label_length = 8
    alice.save()

    page = as_alice.get("/").text

    assert (
        '<span title="Permissions"><span aria-hidden="true">Permiss…</span>'
        '<span class="hidden">Permissions</span></span>'
    ) in page


def test_a_store_that_is_down_is_a_banner(as_alice, monkeypatch):
    def down():
        raise StoreUnavailable

    monkeypatch.setattr("panel.home.mail_store", down)

    page = as_alice.get("/")

    assert page.status_code == 200
    assert "The mailbox cannot be read at the moment." in page.text
    assert {str(r.label): r.state for r in page.context["rows"]}["Mailbox"] == "problem"


def test_an_alias_of_an_international_domain_is_shown_as_people_write_it(as_alice, alice):
    make_alias(alice, "info@xn--bcher-kva.example")

    assert "<b><bdi>info@<wbr>bücher.example</bdi></b>" in as_alice.get("/").text


def test_staff_find_the_administration(client, staff, as_alice):
    assert "Administration" not in as_alice.get("/").text

    client.force_login(staff, backend="mailaccounts.backends.MailAccountBackend")

    assert 'href="/admin/"' in client.get("/", secure=True).text


def test_a_stranger_is_sent_to_the_login(client, settings):
    settings.LOGIN_URL = "/login"

    assert client.get("/", secure=True).headers["Location"] == "/login?next=/"


@pytest.mark.parametrize(
    ("quota", "said"), [(1, "512.0\xa0KB of 1.0\xa0MB"), (0, "<b>512.0\xa0KB</b>")]
)
def test_the_space_in_use_is_a_bar_where_it_is_limited(as_alice, alice, monkeypatch, quota, said):
    alice.mailbox.quota = quota
    alice.mailbox.save()
    monkeypatch.setattr("panel.views.home.usage_of", lambda _account: Usage(1, 524_288))

    page = as_alice.get("/").text

    assert said in page
    assert ('<meter class="meter"' in page) == bool(quota)
