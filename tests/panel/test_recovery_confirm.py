"""The screen behind the link to a recovery address. Proves G4 and what G5 relies on."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from mailaccounts.models import MailAccount, RecoveryLink
from mailaccounts.recovery import (
    confirm_recovery_address,
    make_recovery_token,
    want_recovery_address,
)
from panel.tasks import mail_recovery_link
from tests.make import PASSWORD, make_account
from tests.panel.door import browser

HOME = "alice@home.example"


@pytest.fixture
def link(alice, letters) -> str:
    want_recovery_address(account=alice, address=HOME, now=timezone.now())
    mail_recovery_link.call(alice.pk)
    (letter,) = letters()
    return re.search(r"https://localhost:8443(/\S+)", letter.get_content())[1]


def address_of(account: MailAccount) -> str:
    account.refresh_from_db()
    return account.recovery_address


def test_the_link_asks_and_a_click_confirms(as_alice, alice, link):
    page = as_alice.get(link).text
    before = address_of(alice)
    answer = as_alice.post(link, follow=True)

    assert "Make <b><bdi>alice@<wbr>home.example</bdi></b> the recovery address" in page
    assert before == ""
    assert "The recovery address is confirmed." in answer.text
    assert address_of(alice) == HOME


def test_the_own_mailbox_and_the_former_address_are_told(as_alice, alice, link, letters):
    MailAccount.objects.update(recovery_address="old@home.example")

    as_alice.post(link)

    (_confirmation, outside), (inside,) = letters(), letters(alice)
    subject = "The recovery address of alice@example.com was changed"
    assert (outside["X-Envelope-To"], outside["Subject"]) == ("old@home.example", subject)
    assert inside["Subject"] == subject


def test_who_is_not_logged_in_logs_in_first_and_comes_back(alice, link):
    client = browser()
    page = client.get(link)

    login = client.post(page.url, {"login": alice.address, "password": PASSWORD, "language": ""})

    assert login.url == link
    assert client.get(link).status_code == 200


def test_whoever_reads_a_mistyped_address_cannot_confirm_it(alice, mallory, link):
    client = Client()
    client.force_login(mallory, backend="mailaccounts.backends.MailAccountBackend")

    answers = [getattr(client, verb)(link, secure=True).status_code for verb in ("get", "post")]

    assert answers == [404, 404]
    assert (address_of(alice), address_of(mallory)) == ("", "")


def make_unusable(case: str, link: str, account: MailAccount) -> str:
    now = timezone.now()
    if case == "used":
        token = link.rpartition("/")[2]
        confirm_recovery_address(account=account, token=token, now=now)
    if case == "too old":
        RecoveryLink.objects.update(expires=now - timedelta(seconds=1))
    if case == "not the newest":
        make_recovery_token(account=account)
    if case == "withdrawn":
        want_recovery_address(account=account, address="", now=now)
    if case == "another address since":
        want_recovery_address(account=account, address="b@far.example", now=now)
    return {
        "unknown": "/preferences/recovery/abc",
        "odd": "/preferences/recovery/%00",
        "long": f"/preferences/recovery/{'x' * 10_000}",
        "other letters": "/preferences/recovery/%C3%A9%F0%9F%90%A6",
    }.get(case, link)


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize(
    "case",
    [
        *("used", "too old", "not the newest", "withdrawn", "another address since"),
        *("unknown", "odd", "long", "other letters"),
    ],
)
def test_every_link_that_does_not_work_shows_the_same_page(as_alice, alice, link, case, verb):
    bad = make_unusable(case, link, alice)
    before = address_of(alice)

    page = getattr(as_alice, verb)(bad)

    assert page.status_code == 404
    assert "This link does not work any more" in page.text
    assert address_of(alice) == before


def test_the_token_is_not_stored(alice, link):
    assert link.rpartition("/")[2] not in str(RecoveryLink.objects.values().get())


@pytest.mark.usefixtures("tasks_wait")
def test_a_next_host_that_is_down_is_tried_again(alice, settings):
    settings.ANSWER_RELAY_URL = "smtp://127.0.0.1:1"
    want_recovery_address(account=alice, address=HOME, now=timezone.now())

    mail_recovery_link.call(alice.pk)

    (later,) = DBTaskResult.objects.all()
    assert later.args_kwargs == {"args": [alice.pk], "kwargs": {"tries": 2}}


def test_what_was_withdrawn_meanwhile_is_not_sent(alice, letters):
    now = timezone.now()
    want_recovery_address(account=alice, address=HOME, now=now)
    want_recovery_address(account=alice, address="", now=now)

    mail_recovery_link.call(alice.pk)
    mail_recovery_link.call(make_account("carol@example.com").pk)

    assert letters() == []
