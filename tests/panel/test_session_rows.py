"""Sessions begin at the login and end with their row, for whatever reason it goes or is taken.

Proves G10, G48 and what the screen of G46 and G47 stands on.
"""

import re
from datetime import timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mailaccounts.models import MailAccount, Session
from mailaccounts.sessions import SessionStore
from panel.middleware import SessionMiddleware
from tests.make import make_account, make_session
from tests.panel.door import LOGIN, browser, entered

COOKIE = settings.SESSION_COOKIE_NAME


def age(minutes: int) -> None:
    """Let time go by for all sessions since their last activity."""
    ago = timedelta(minutes=minutes)
    for row in Session.objects.all():
        row.last_activity -= ago
        row.expire_date -= ago
        row.save()


def is_inside(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_deleting_the_row_ends_the_session_at_the_next_click(as_alice):
    Session.objects.all().delete()

    page = as_alice.get("/preferences")

    assert (page.status_code, page.url) == (302, "/login?next=/preferences")
    assert page.cookies[COOKIE].value == ""
    assert Session.objects.count() == 0


def test_a_session_deleted_while_a_page_is_made_does_not_come_back(alice):
    make_session(alice)
    store = SessionStore(Session.objects.get().session_key)
    store["language"] = "fr"
    Session.objects.all().delete()

    with pytest.raises(UpdateError):
        store.save()

    assert Session.objects.count() == 0


def test_who_is_interrupted_like_that_is_at_the_login_screen(rf, alice):
    def view(request):
        request.session["language"] = "fr"
        Session.objects.all().delete()
        return HttpResponse()

    request = rf.get("/")
    request.COOKIES[COOKIE] = make_session(alice).session_key
    page = SessionMiddleware(view)(request)

    assert (page.status_code, page.url, page.cookies[COOKIE].value) == (302, "/login", "")


def test_the_last_activity_is_written_once_a_minute(as_alice):
    before = Session.objects.get().last_activity
    as_alice.get("/")
    assert Session.objects.get().last_activity == before

    age(minutes=1)
    as_alice.get("/")

    assert Session.objects.get().last_activity >= before


def test_a_click_within_the_minute_writes_nothing(as_alice, django_assert_num_queries):
    as_alice.get("/help")

    with django_assert_num_queries(2) as queries:  # the session; the account with its services
        as_alice.get("/help")

    asked = [query["sql"].partition(" (")[0] for query in queries.captured_queries]
    assert asked == ["EXECUTE mailaccounts_session", "EXECUTE mailaccounts_account"]


def test_an_idle_session_ends(as_alice, settings):
    age(settings.SESSION_IDLE_MINUTES)

    assert not is_inside(as_alice)


def test_a_session_in_use_goes_on(as_alice, settings):
    for _ in range(3):
        age(settings.SESSION_IDLE_MINUTES - 1)
        assert is_inside(as_alice)


def test_every_session_ends_some_hours_after_its_login(as_alice, settings):
    Session.objects.update(
        started=timezone.now() - timedelta(hours=settings.SESSION_HOURS) + timedelta(minutes=3)
    )
    age(minutes=2)
    assert is_inside(as_alice)

    age(minutes=4)

    assert not is_inside(as_alice)


def test_expired_rows_are_cleared_and_no_others(alice):
    make_session(alice, expire_date=timezone.now())
    going_on = make_session(alice)

    SessionStore.clear_expired()

    assert list(Session.objects.all()) == [going_on]


@pytest.mark.parametrize("key", ["", "x", "X" * 32, "x" * 33, '"\\000' + "x" * 31 + '"', "é" * 32])
def test_a_strange_key_is_no_session(client, db, key):
    client.cookies[COOKIE] = "placeholder"
    page = client.get("/", secure=True, headers={"cookie": f"{COOKIE}={key}"})

    assert page.status_code == 302


def test_a_suspended_account_is_out_at_its_next_click_and_stays_out(as_alice, alice):
    MailAccount.objects.update(is_active=False)
    assert not is_inside(as_alice)
    MailAccount.objects.update(is_active=True)

    assert not is_inside(as_alice)
    assert alice.sessions.count() == 0


def test_logging_out_ends_the_session_on_the_server(as_alice):
    key = as_alice.cookies[COOKIE].value
    page = as_alice.post("/logout", follow=True)
    as_alice.cookies[COOKIE] = key

    assert "You are logged out." in page.text
    assert (Session.objects.count(), is_inside(as_alice)) == (0, False)


def test_a_link_cannot_log_anybody_out(as_alice):
    assert as_alice.get("/logout").status_code == 405
    assert is_inside(as_alice)


def test_logging_out_twice_is_no_fault(db):
    assert browser().post("/logout").status_code == 302


def test_pages_behind_the_login_are_kept_by_no_cache(as_alice):
    page = as_alice.get("/")

    assert page.headers["Cache-Control"] == "no-store, private"
    assert {"Cookie", "Accept-Language"} <= set(page.headers["Vary"].split(", "))


@pytest.mark.parametrize(
    ("referer", "leads"),
    [
        ("https://testserver/mail-group?page=2", "/mail-group"),
        ("https://testserver//evil.example/", "/"),
        ("https://[", "/"),
        ("", "/"),
    ],
)
def test_a_button_pressed_too_late_leads_to_its_screen_after_the_login(alice, referer, leads):
    client = browser()
    page = client.post(reverse("mail_group_off"), headers={"referer": referer})

    assert client.post(page.url, LOGIN).url == leads


# One session only


def test_many_sessions_are_allowed_unless_the_owner_says_otherwise(alice):
    assert [is_inside(client) for client in (entered(), entered())] == [True, True]


def test_a_new_login_ends_the_older_one_and_says_why(alice):
    MailAccount.objects.update(multiple_sessions=False, time_zone="Asia/Tokyo")
    older = entered(REMOTE_ADDR="192.0.2.1")
    newer = entered(REMOTE_ADDR="192.0.2.2")
    at = timezone.now().astimezone(ZoneInfo("Asia/Tokyo"))

    page = older.get("/preferences", follow=True)

    assert page.redirect_chain == [("/login?next=/preferences", 302)]
    (when, why) = re.findall(r"session was ended on (.*) by a new login (.*)\.<", page.text)[0]
    assert when in {
        f"{moment.day} {moment:%B %Y, %H:%M} (JST)" for moment in (at, at - timedelta(minutes=1))
    }
    assert why == "from 192.0.2.2, because this account does not allow multiple sessions"
    assert is_inside(newer)
    assert list(Session.objects.values_list("account", flat=True)) == [alice.pk]


def test_why_is_told_once_and_the_older_browser_can_come_in_again(alice):
    MailAccount.objects.update(multiple_sessions=False)
    older, newer = entered(), entered()
    older.get("/login")

    assert "new login" not in older.get("/login").text
    assert older.post("/login", LOGIN).status_code == 302
    assert (is_inside(older), is_inside(newer)) == (True, False)


def test_who_comes_in_again_without_being_told_is_not_told_later(alice):
    MailAccount.objects.update(multiple_sessions=False)
    older = entered()
    entered()
    older.post("/login", LOGIN)

    assert "ended" not in older.session


def test_the_login_of_another_account_ends_nothing(alice, bob):
    MailAccount.objects.update(multiple_sessions=False)
    others = make_session(bob)

    entered()

    assert list(bob.sessions.all()) == [others]


def test_a_page_under_way_does_not_bring_the_older_session_back(alice):
    MailAccount.objects.update(multiple_sessions=False)
    entered()
    store = SessionStore(Session.objects.get().session_key)
    store["language"] = "fr"
    entered()

    with pytest.raises(UpdateError):
        store.save()


@pytest.mark.django_db(transaction=True)
def test_of_two_logins_at_once_exactly_one_session_is_left():
    alice = make_account("alice@example.com", multiple_sessions=False)
    start, clients = Barrier(2), [browser(), browser()]

    def enter(client: Client) -> None:
        start.wait()
        client.post("/login", LOGIN)
        connection.close()

    threads = [Thread(target=enter, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert alice.sessions.count() == 1
    assert sorted(is_inside(client) for client in clients) == [False, True]


def test_a_logged_in_session_knows_its_account(as_alice, alice):
    assert Session.objects.get().account == alice
    assert as_alice.session[SESSION_KEY] == str(alice.pk)


# A session in the wrong hands, and clocks

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0"
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/26.0 Safari/605.1.15"


@pytest.mark.parametrize("thief", [SAFARI, "", "curl/8.5.0"])
def test_a_session_that_comes_from_another_browser_ends_for_both(alice, caplog, thief):
    owner = entered(HTTP_USER_AGENT=FIREFOX.format(140))
    other = browser(HTTP_USER_AGENT=thief)
    key = other.cookies[COOKIE] = owner.cookies[COOKIE].value

    assert not is_inside(other)
    assert not is_inside(owner)
    assert f"A session of account {alice.pk} came from another browser" in caplog.text
    assert key not in caplog.text


def test_a_browser_that_was_updated_goes_on(alice):
    older = entered(HTTP_USER_AGENT=FIREFOX.format(140))
    newer = browser(HTTP_USER_AGENT=FIREFOX.format(141))
    newer.cookies[COOKIE] = older.cookies[COOKIE].value

    assert is_inside(newer)


def test_a_user_agent_of_any_length_is_that_of_its_session(alice):
    assert is_inside(entered(HTTP_USER_AGENT="Mozilla/5.0 " + "x" * 10_000 + " Firefox/140.0"))


def test_a_key_that_somebody_else_chose_is_not_taken_over(alice):
    """Fixed by a cookie that was put into the browser before the login."""
    fixed = "f" * 32
    client = browser()
    client.cookies[COOKIE] = fixed
    client.post("/login", LOGIN)
    other = browser()
    other.cookies[COOKIE] = fixed

    assert (is_inside(client), is_inside(other)) == (True, False)


def test_a_cookie_from_before_a_change_of_password_is_worth_nothing(alice):
    """Even if its row had survived: the session names the password that it was made with."""
    client = entered()
    alice.set_password("a quite new password")
    alice.save()

    assert not is_inside(client)


def test_a_clock_that_was_ahead_lends_no_session_more_time(as_alice, settings):
    ahead = timedelta(days=365)
    for row in Session.objects.all():
        row.started, row.last_activity = row.started + ahead, row.last_activity + ahead
        row.expire_date += ahead
        row.save()

    assert is_inside(as_alice)

    row, now = Session.objects.get(), timezone.now()
    idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    assert row.started <= now
    assert row.expire_date <= now + idle


def test_a_clock_that_jumps_ahead_ends_sessions_and_is_no_fault(as_alice):
    age(minutes=60 * 24 * 365)

    assert not is_inside(as_alice)
    assert as_alice.post("/login", LOGIN).status_code == 302
