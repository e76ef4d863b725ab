"""The Sessions screen. Proves G46 and G47."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from mailaccounts.models import MailAccount, Session
from tests.make import make_account, make_session
from tests.panel.door import browser, entered

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Safari/604.1"


def rows(page) -> list[str]:
    """The table's lines as a wide screen shows them, cells apart."""
    body = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
    lines = []
    for line in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        wide = re.sub(r'<span class="narrow-only.*?</span></span>|<wbr>', "", line)
        wide = re.sub(r'<span class="narrow-only.*?</span>(?=</td>)', "", wide, flags=re.DOTALL)
        cells = re.findall(r"<td[^>]*>(.*?)</td>", wide)
        lines.append(" | ".join(re.sub(r"<[^>]*>", "", cell).strip() for cell in cells[1:]))
    return lines


def test_each_session_is_listed_with_who_whence_and_since_when(as_alice, alice):
    MailAccount.objects.update(time_zone="Asia/Tokyo")
    now = timezone.now().replace(second=0)
    make_session(
        alice,
        ip_address="198.51.100.24",
        user_agent=IPHONE,
        started=now.replace(hour=6, minute=5) - timedelta(days=1),
        last_activity=timezone.now() - timedelta(hours=5, minutes=40),
    )

    _own, other = rows(as_alice.get("/sessions"))

    day = now.replace(hour=6, minute=5) - timedelta(days=1)
    assert other == (
        "Mail owner | alice@example.com | 198.51.100.24 | Safari on iPhone | "
        f"{day.day} {day:%b %Y}, 15:05 | 5 h 40 min"
    )


def test_the_own_one_is_marked_and_no_other(alice):
    make_session(alice)
    page = entered(HTTP_USER_AGENT=FIREFOX).get("/sessions")

    marked = [line for line in rows(page) if "This session" in line]
    assert len(marked) == 1
    assert "Firefox on Linux" in marked[0]
    assert marked[0].endswith("under a minute")


def test_the_icon_tells_a_telephone_from_a_computer(as_alice, alice):
    make_session(alice, user_agent=IPHONE)
    make_session(alice, user_agent=FIREFOX)

    page = as_alice.get("/sessions").text.partition("<tbody>")[2]

    assert (page.count("#smartphone"), page.count("#laptop")) == (1, 2)


def test_staff_are_of_another_type(client, staff):
    client.force_login(staff, backend="mailaccounts.backends.MailAccountBackend")

    (line,) = rows(client.get("/sessions", secure=True))

    assert line.startswith("Provider’s staff This session | staff@example.com")


def test_no_other_account_s_sessions_and_none_that_are_over(as_alice, alice, bob):
    make_session(bob)
    make_session(alice, expire_date=timezone.now())

    assert len(rows(as_alice.get("/sessions"))) == 1


def test_no_key_is_on_the_page(as_alice, alice):
    other = make_session(alice)

    page = as_alice.get("/sessions").text + as_alice.get("/sessions/remove?others=1").text

    assert other.session_key not in page
    assert as_alice.session.session_key not in page


@pytest.mark.parametrize("sort", ["ip", "-ip", "started", "-started", "idle", "-idle", "x", ""])
def test_sorting(as_alice, alice, sort):
    now = timezone.now()
    for n in range(3):
        ago = timedelta(minutes=10 * n)
        make_session(
            alice, ip_address=f"192.0.2.{n}", started=now - ago, last_activity=now - ago / 2
        )

    page = as_alice.get(f"/sessions?sort={sort}").context["page"]

    key = {"ip": lambda s: s.ip_address or "x", "idle": lambda s: now - s.last_activity}.get(
        sort.removeprefix("-"), lambda s: s.started
    )
    down = sort.startswith("-") or sort in ("x", "")
    found = [key(session) for session in page]
    assert found == sorted(found, reverse=down)


@pytest.mark.parametrize("count", [0, 2])
def test_as_many_queries_for_three_as_for_one(as_alice, alice, django_assert_num_queries, count):
    for _ in range(count):
        make_session(alice)
    as_alice.get("/sessions")

    with django_assert_num_queries(4):  # session, account, count, page
        as_alice.get("/sessions")


def test_refresh_leads_to_the_same_page_in_the_same_order(as_alice):
    page = as_alice.get("/sessions?sort=idle&page=1").text

    assert (
        '<a class="button" href="/sessions?sort=idle&amp;page=1" aria-describedby="hint-r' in page
    )


# Ending


def test_ending_asks_first_and_names_what_goes(as_alice, alice):
    one = make_session(alice, ip_address="198.51.100.24", user_agent=IPHONE)
    make_session(alice, ip_address="203.0.113.9")

    page = as_alice.get(f"/sessions/remove?session={one.pk}")

    assert "<h1>End this session?</h1>" in page.text
    assert "Safari on iPhone" in page.text
    assert "203.0.113.9" not in page.text
    assert alice.sessions.count() == 3


def test_an_ended_browser_is_at_the_login_screen_at_its_next_click(as_alice, alice):
    other = entered()
    assert other.get("/").status_code == 200
    row = alice.sessions.get(session_key=other.session.session_key)

    page = as_alice.post("/sessions/remove", {"session": row.pk}, follow=True)

    assert "1 session ended." in page.text
    assert other.get("/preferences").url == "/login?next=/preferences"
    assert as_alice.get("/").status_code == 200


def test_several_at_once(as_alice, alice):
    ids = [make_session(alice).pk for _ in range(3)]

    page = as_alice.get("/sessions/remove", {"session": ids[:2]}).text
    as_alice.post("/sessions/remove", {"session": ids[:2]})

    assert "End 2 sessions" in page
    assert set(alice.sessions.values_list("pk", flat=True)) >= {ids[2]}
    assert alice.sessions.count() == 2


def test_all_others_spare_the_own_one(as_alice, alice, bob):
    others = make_session(bob)
    for _ in range(3):
        make_session(alice)

    page = as_alice.get("/sessions/remove?others=1").text
    as_alice.post("/sessions/remove", {"others": "1"})

    assert "End 3 sessions" in page
    assert "This session" not in page
    assert [session.session_key for session in alice.sessions.all()] == [
        as_alice.session.session_key
    ]
    assert Session.objects.filter(pk=others.pk).exists()


def test_the_own_one_can_go_too_and_says_what_that_means(as_alice, alice):
    own = alice.sessions.get()

    page = as_alice.get(f"/sessions/remove?session={own.pk}").text
    answer = as_alice.post("/sessions/remove", {"session": own.pk}, follow=True)

    assert "You will have to log in again." in page
    assert answer.redirect_chain == [("/login?language=en", 302)]
    assert "1 session ended." in answer.text
    assert Session.objects.count() == 0


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("ids", [[], ["x"], ["-1"], ["9" * 5_000], ["1\0"], ["²"], ["0"]])
def test_ids_that_are_none_end_nothing(as_alice, alice, verb, ids):
    page = getattr(as_alice, verb)("/sessions/remove", {"session": ids}, follow=True)

    assert "Select the sessions to end first." in page.text
    assert alice.sessions.count() == 1


@pytest.mark.parametrize("verb", ["get", "post"])
def test_another_owner_s_session_is_not_found(as_alice, bob, verb):
    others = make_session(bob, ip_address="203.0.113.9")

    page = getattr(as_alice, verb)("/sessions/remove", {"session": others.pk}, follow=True)

    assert "Select the sessions to end first." in page.text
    assert "203.0.113.9" not in page.text
    assert Session.objects.filter(pk=others.pk).exists()


def test_looking_at_the_confirmation_ends_nothing(as_alice, alice):
    one = make_session(alice)
    as_alice.get(f"/sessions/remove?session={one.pk}")
    as_alice.head(f"/sessions/remove?session={one.pk}")

    assert alice.sessions.count() == 2


# Ten thousand


@pytest.fixture
def ten_thousand(alice):
    now = timezone.now()
    Session.objects.bulk_create(
        Session(
            session_key=f"{n:032}",
            account=alice,
            ip_address=f"10.0.{n // 256}.{n % 256}",
            started=now - timedelta(seconds=n),
            last_activity=now,
            expire_date=now + timedelta(hours=1),
        )
        for n in range(10_000)
    )


def test_ten_thousand_sessions_are_paged_and_end_with_one_click(
    as_alice, alice, ten_thousand, django_assert_max_num_queries
):
    with django_assert_max_num_queries(4):
        page = as_alice.get("/sessions")
    assert len(rows(page)) == 50
    assert "1–50 of 10,001 sessions" in page.text
    assert "End 10,000 sessions" in as_alice.get("/sessions/remove?others=1").text
    assert "and 9,900 more" in as_alice.get("/sessions/remove?others=1").text

    with django_assert_max_num_queries(7):
        as_alice.post("/sessions/remove", {"others": "1"})

    assert alice.sessions.count() == 1
    assert "10,000 sessions ended." in as_alice.get("/sessions").text


def test_ten_thousand_sessions_are_ended_by_one_login(alice, ten_thousand):
    MailAccount.objects.update(multiple_sessions=False)

    entered()

    assert alice.sessions.count() == 1


# Staying


def test_staying_is_a_click_and_says_for_how_long_it_holds(as_alice, alice, settings):
    ago = timedelta(minutes=58)
    Session.objects.update(
        last_activity=timezone.now() - ago, expire_date=timezone.now() + timedelta(minutes=2)
    )

    page = as_alice.post("/sessions/stay")

    assert 3595 <= page.json()["left"] <= 3600
    assert timezone.now() - alice.sessions.get().last_activity < timedelta(minutes=1)


def test_staying_goes_no_further_than_the_longest_session(as_alice, settings):
    hours = timedelta(hours=settings.SESSION_HOURS)
    Session.objects.update(
        started=timezone.now() - hours + timedelta(minutes=5),
        last_activity=timezone.now() - timedelta(minutes=2),
    )

    assert 295 <= as_alice.post("/sessions/stay").json()["left"] <= 300


def test_who_is_out_cannot_stay(db):
    assert browser().post("/sessions/stay").url == "/login?next=/"


def test_strangers_are_sent_to_the_login(client, db):
    make_account("alice@example.com")

    assert client.get("/sessions", secure=True).url == "/login?next=/sessions"
