"""Proves G5: who has forgotten the password gets a link, and nobody learns anything by asking."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from mailaccounts.models import MailAccount, PasswordLink, PasswordRequest
from mailaccounts.store import StoreUnavailable
from panel.tasks import mail_password_link
from tests.make import make_account, make_mail_group, make_mailbox, make_redirect
from tests.panel.door import browser

ALICE, HOME = "alice@example.com", "alice@home.example"
NEW = "a quite new password"


def ask(login=ALICE, email=ALICE, *, client=None, remote="192.0.2.1", **headers: str):
    return (client or browser()).post(
        "/password", {"login": login, "email": email}, REMOTE_ADDR=remote, headers=headers
    )


def link_in(letter) -> str:
    return re.search(r"https://localhost:8443(/password/\S+)", letter.get_content())[1]


def test_the_way_to_it_is_on_the_login_screen(client, db):
    assert 'href="/password">Forgot your password?</a>' in client.get("/login", secure=True).text


def test_the_link_in_the_own_mailbox_sets_a_new_password(alice, letters):
    client = browser()
    ask(client=client)
    (letter,) = letters(alice)

    page = client.post(link_in(letter), {"new_password": NEW, "confirmation": NEW})

    alice.refresh_from_db()
    assert (page.url, alice.check_password(NEW)) == ("/login", True)
    assert letter["Subject"] == "A new password for alice@example.com"
    assert "works once, for 30 minutes" in letter.get_content()


@pytest.mark.parametrize("email", [ALICE, HOME, " Alice@HOME.example ", "ALICE@example.com"])
def test_it_goes_to_the_recovery_address_where_there_is_one(alice, letters, email):
    MailAccount.objects.update(recovery_address=HOME)

    ask(email=email)

    (letter,) = letters()
    assert (letter["X-Envelope-To"], letter["X-Envelope-From"]) == (HOME, "<>")
    assert letters(alice) == []


def test_with_neither_nothing_is_sent(alice, letters):
    make_mailbox(alice, enabled=False)
    make_redirect(alice, "far@elsewhere.example")

    ask()

    assert (letters(), letters(alice)) == ([], [])


def test_it_is_kept_and_neither_redirected_nor_fanned_out(alice, bob, letters):
    make_redirect(alice, "far@elsewhere.example")
    make_mail_group(alice, "bob@example.com", "member@elsewhere.example")

    ask()

    assert (len(letters(alice)), letters(bob), letters()) == (1, [], [])


def test_it_speaks_the_language_of_the_account(alice, letters):
    MailAccount.objects.update(language="fr")

    page = ask(**{"accept-language": "en"})

    (letter,) = letters(alice)
    assert letter["Subject"] == "Un nouveau mot de passe pour alice@example.com"
    assert page.url == "/login?language=en"


def test_only_the_newest_link_works(alice, letters):
    ask()
    ask()

    answers = sorted(browser().get(link_in(letter)).status_code for letter in letters(alice))

    assert answers == [200, 404]


# One answer in every case

CASES = {
    "known": (ALICE, ALICE),
    "recovery address": (ALICE, HOME),
    "unknown": ("nobody@example.com", "nobody@example.com"),
    "another e-mail": (ALICE, "mallory@elsewhere.example"),
    "an alias": ("a.liddell@example.com", "a.liddell@example.com"),
    "suspended": ("dora@example.com", "dora@example.com"),
    "no address": ("alice", "alice"),
    "by mistake the password": ("My Secret", "My Secret"),
    "other letters": ("älice@example.com", "🐦"),
}


@pytest.fixture
def cast(alice):
    MailAccount.objects.update(recovery_address=HOME)
    make_account("dora@example.com", is_active=False)


@pytest.mark.parametrize("case", CASES)
def test_one_neutral_answer_names_the_provider_s_contact(cast, letters, settings, case):
    settings.PROVIDER_CONTACT = "help@provider.example"
    client = browser()

    page = client.get(ask(*CASES[case], client=client).url)

    (told,) = page.context["messages"]
    assert str(told) == (
        "If login and e-mail belong together, a link for a new password is on its way to the "
        "recovery address, or into the mailbox where there is none. It works once, for 30 minutes. "
        "If nothing comes, write to your provider: help@provider.example."
    )


def test_only_who_knows_both_gets_a_letter(cast, letters):
    for case in CASES.values():
        ask(*case)

    assert [letter["X-Envelope-To"] for letter in letters()] == [HOME, HOME]
    assert PasswordLink.objects.get().account.address == ALICE


@pytest.mark.usefixtures("tasks_wait")
def test_the_same_work_in_every_case(cast):
    """The same statements, whoever is asked for: what differs is done by the worker."""
    done = {}
    for case, typed in CASES.items():
        with CaptureQueriesContext(connection) as queries:
            ask(*typed, remote=f"192.0.2.{len(done)}")
        done[case] = [re.sub(r"'[^']*'|\d+", "?", each["sql"]) for each in queries]

    assert [case for case, work in done.items() if work != done["known"]] == []


@pytest.mark.usefixtures("tasks_wait")
def test_no_secret_and_nothing_that_was_typed_is_kept_with_the_task(alice, letters):
    ask(ALICE, "My Secret By Mistake")
    ask()
    for row in list(DBTaskResult.objects.all()):
        row.task.call(*row.args_kwargs["args"])

    rows = str(list(DBTaskResult.objects.values("args_kwargs")))
    assert re.findall(r"[A-Za-z]{3,}", rows.replace("args_kwargs", "")) == [
        *("args", "kwargs", "args", "kwargs", "args", "kwargs")
    ]
    assert set(PasswordRequest.objects.values_list("login", "email")) == {("", "")}


def test_a_task_that_is_done_again_sends_no_second_letter(alice, letters):
    from panel.tasks import answer_password_request

    ask()
    answer_password_request.call(PasswordRequest.objects.get().pk)
    answer_password_request.call(0)

    assert len(letters(alice)) == 1


# Limits


def test_an_account_gets_few_letters_within_an_hour(alice, letters, settings):
    for n in range(settings.PASSWORD_MAILS_PER_ACCOUNT + 2):
        ask(remote=f"192.0.2.{n}")
    assert len(letters(alice)) == settings.PASSWORD_MAILS_PER_ACCOUNT

    PasswordRequest.objects.update(made=timezone.now() - timedelta(hours=1))
    ask()

    assert len(letters(alice)) == settings.PASSWORD_MAILS_PER_ACCOUNT + 1


def test_a_wrong_guess_of_the_e_mail_does_not_use_up_the_owner_s_letters(alice, letters):
    for n in range(5):
        ask(email="guess@far.example", remote=f"192.0.2.{n}")
    ask()

    assert len(letters(alice)) == 1


def test_one_address_asks_few_times_and_is_told_the_same(alice, bob, letters, settings):
    settings.PASSWORD_REQUESTS_PER_ADDRESS = 2
    for _ in range(2):
        ask("nobody@example.com")

    page = ask()
    ask("bob@example.com", "bob@example.com", remote="192.0.2.2")

    assert page.url == "/login?language=en"
    assert (letters(alice), len(letters(bob))) == ([], 1)
    assert PasswordRequest.objects.count() == 3


def test_the_addresses_of_one_ipv6_network_are_one(alice, letters, settings):
    settings.PASSWORD_REQUESTS_PER_ADDRESS = 1
    for n in range(3):
        ask(remote=f"2001:db8::{n}")

    assert len(letters(alice)) == 1


def test_a_forwarded_address_is_believed_from_a_proxy_alone(alice, letters, settings):
    settings.PASSWORD_REQUESTS_PER_ADDRESS = 1
    for n in range(3):
        ask(**{"x-forwarded-for": f"198.51.100.{n}"})

    assert len(letters(alice)) == 1


@pytest.mark.django_db(transaction=True)
def test_at_once_they_count_each_other(letters, settings, tasks_wait):
    settings.PASSWORD_REQUESTS_PER_ADDRESS = 2
    start = Barrier(6)

    def one() -> None:
        start.wait()
        ask()
        connection.close()

    threads = [Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert PasswordRequest.objects.count() == 2


# What goes wrong


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"login": ""}, ["login"]),
        ({"email": ""}, ["email"]),
        ({"login": "a\0b"}, ["login"]),
        ({"email": "x" * 10_000}, ["email"]),
    ],
)
def test_strange_input_is_an_error_beside_its_field(db, typed, fields):
    page = browser().post("/password", {"login": ALICE, "email": HOME} | typed)

    assert (page.status_code, list(page.context["form"].errors)) == (200, fields)
    assert f'value="{HOME if fields == ["login"] else ALICE}"' in page.text
    assert PasswordRequest.objects.count() == 0


@pytest.mark.usefixtures("tasks_wait")
def test_a_store_that_is_down_is_tried_again_with_a_new_link(alice, letters, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("delivery.notices.mail_store", _unavailable)
        mail_password_link.call(alice.pk)
    (later,) = DBTaskResult.objects.all()
    assert (later.run_after > timezone.now(), letters(alice)) == (True, [])

    later.task.call(*later.args_kwargs["args"], **later.args_kwargs["kwargs"])

    assert browser().get(link_in(letters(alice)[0])).status_code == 200


@pytest.mark.usefixtures("tasks_wait")
def test_it_is_given_up_after_half_an_hour(alice, letters, monkeypatch, caplog):
    monkeypatch.setattr("delivery.notices.mail_store", _unavailable)

    mail_password_link.call(alice.pk, tries=6)

    assert DBTaskResult.objects.count() == 0
    assert "mail_password_link for alice@example.com is given up" in caplog.text


def _unavailable():
    raise StoreUnavailable("on purpose")


def test_an_account_that_is_gone_or_suspended_gets_none(alice, letters):
    MailAccount.objects.update(is_active=False)

    mail_password_link.call(alice.pk)
    mail_password_link.call(0)

    assert (letters(alice), PasswordLink.objects.count()) == ([], 0)


def test_a_new_password_is_told_by_mail(alice, letters):
    client = browser(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
    ask(client=client)
    client.post(link_in(letters(alice)[0]), {"new_password": NEW, "confirmation": NEW})

    told = {letter["Subject"]: letter.get_content() for letter in letters(alice)}

    text = told["The password of alice@example.com was changed"]
    assert "Browser: Firefox on Linux\n" in text.replace("\r", "")
    assert "IP address: 127.0.0.1" in text
