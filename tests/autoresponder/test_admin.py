"""Staff see autoresponders, and switch them off when they are a nuisance. Proves B6, G41, G43."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from autoresponder.models import Autoresponder
from mailaccounts.models import MailAccount
from tests.mailaccounts.account_page import account_url, as_it_stands
from tests.make import make_account, make_alias, make_attachment, make_autoresponder

LIST = "/admin/autoresponder/autoresponder/"


def change_url(one: Autoresponder) -> str:
    return f"{LIST}{one.pk}/change/"


def found(client, **asked: str) -> list[str]:
    return [str(one) for one in client.get(LIST, asked).context["cl"].result_list]


# On the page of an account


def part(page) -> str:
    return page.text.partition('id="auto_reply-group"')[2].partition("</fieldset>")[0]


def test_an_accounts_page_says_what_answers_when_and_how_often(as_staff, alice):
    today = timezone.now().date()
    away = make_autoresponder(alice, "Away", answers=12_345)
    make_autoresponder(alice, "Old", ends=today - timedelta(days=2))
    make_autoresponder(alice, "Later", starts=today + timedelta(days=2))
    make_autoresponder(alice, "<b>Price</b>", request="subject", words="price", enabled=False)

    shown = part(as_staff.get(account_url(alice)))

    assert f'<a href="{change_url(away)}">Away</a> · On · Answers every message.' in shown
    assert "Answers sent: 12,345" in shown
    assert "Old</a> · It is over. · " in shown
    assert "Later</a> · Not yet · " in shown
    price = "&lt;b&gt;Price&lt;/b&gt;</a> · Off · Answers when the subject contains “price”."
    assert price in shown


def test_it_takes_as_many_queries_for_one_as_for_three(
    as_staff, alice, django_assert_num_queries, django_assert_max_num_queries
):
    make_autoresponder(alice, "1")
    as_staff.get(account_url(alice))
    with django_assert_max_num_queries(30) as first:
        as_staff.get(account_url(alice))
    make_autoresponder(alice, "2")
    make_autoresponder(alice, "3")

    with django_assert_num_queries(len(first)):
        as_staff.get(account_url(alice))


def test_who_may_not_see_autoresponders_gets_no_link_to_them(as_clerk, alice):
    make_autoresponder(alice, "Away")

    shown = part(as_clerk("view_mailaccount").get(account_url(alice)))

    assert "Away · On" in shown
    assert "<a " not in shown


def test_staff_switch_all_of_an_account(as_staff, alice):
    make_autoresponder(alice)
    for typed, on in ((None, False), ("on", True)):
        posted = as_it_stands(alice, **{"auto_reply-0-enabled": typed})
        assert as_staff.post(account_url(alice), posted).status_code == 302
        assert MailAccount.objects.with_services().get(pk=alice.pk).auto_reply.enabled is on


def test_without_any_there_is_nothing_to_switch_on(as_staff, alice):
    posted = as_it_stands(alice, **{"auto_reply-0-enabled": "on"})

    assert (
        "There is no autoresponder that could answer."
        in as_staff.post(account_url(alice), posted).text
    )


# The list


def test_they_are_found_by_address_alias_and_state(as_staff, alice, bob):
    make_autoresponder(alice, "Away")
    make_autoresponder(alice, "Prices", enabled=False)
    make_autoresponder(bob, "Bob’s")
    bob.auto_reply.switch(on=False)
    make_alias(bob, "sales@example.com")

    assert found(as_staff) == ["Bob’s", "Prices", "Away"]
    assert found(as_staff, q="Alice@") == ["Prices", "Away"]
    assert found(as_staff, q="sales") == ["Bob’s"]
    assert found(as_staff, state="on") == ["Away"]
    assert found(as_staff, state="off") == ["Bob’s", "Prices"]
    assert found(as_staff, state="off", q="alice@example.com") == ["Prices"]
    assert found(as_staff, q="nobody") == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_however_long_it_is(
    as_staff, alice, django_assert_num_queries, count
):
    for number in range(count):
        owner = make_account(f"owner{number}@example.com")
        make_autoresponder(owner, starts=timezone.now().date())
    as_staff.get(LIST)

    with django_assert_num_queries(5):
        page = as_staff.get(LIST)
    assert page.text.count("Answers every message.") == count


# One of them


def test_staff_read_what_is_answered_as_it_was_written(as_staff, alice):
    one = make_autoresponder(alice, format="html", text="<p>Away</p><script>", subject="Gone")
    one.attachments.set([make_attachment(alice, "prices.pdf", b"%PDF-")])
    one.answered.create(address="carol@far.example", day=timezone.now(), today=1, at=timezone.now())

    page = as_staff.get(change_url(one)).text

    assert "&lt;p&gt;Away&lt;/p&gt;&lt;script&gt;" in page
    for said in ("Gone", "prices.pdf", "To one address at most 10 times a day."):
        assert said in page
    assert f'<a href="{account_url(alice)}">alice@example.com</a>' in page
    assert "carol@far.example" not in page


def test_a_nuisance_is_switched_off_and_nothing_else_is_written(as_clerk, alice):
    one = make_autoresponder(alice)
    clerk = as_clerk("view_autoresponder", "change_autoresponder")

    assert clerk.post(change_url(one), {"text": "Spam!", "answers": "0"}).status_code == 302

    one.refresh_from_db()
    assert (one.enabled, one.text) == (False, "I am away.")
    assert LogEntry.objects.get().object_id == str(one.pk)


def test_answers_that_go_out_meanwhile_stay_counted(as_staff, alice, monkeypatch):
    one = make_autoresponder(alice)
    save = Autoresponder.save

    def answer_meanwhile(self, **kwargs: object) -> None:
        Autoresponder.objects.update(answers=7)
        save(self, **kwargs)

    monkeypatch.setattr(Autoresponder, "save", answer_meanwhile)
    as_staff.post(change_url(one), {})

    one.refresh_from_db()
    assert (one.enabled, one.answers) == (False, 7)


def test_who_may_only_look_switches_nothing(as_clerk, alice):
    one = make_autoresponder(alice)
    clerk = as_clerk("view_autoresponder")

    assert clerk.get(change_url(one)).status_code == 200
    assert clerk.post(change_url(one), {}).status_code == 403


def test_those_of_staff_are_for_superusers_to_switch(as_clerk, staff):
    one = make_autoresponder(staff)
    clerk = as_clerk("view_autoresponder", "change_autoresponder")

    assert clerk.get(change_url(one)).status_code == 200
    assert clerk.post(change_url(one), {}).status_code == 403


def test_nobody_writes_or_removes_one_here(as_staff, alice):
    one = make_autoresponder(alice)

    assert as_staff.get(f"{LIST}add/").status_code == 403
    assert as_staff.post(f"{LIST}{one.pk}/delete/", {"post": "yes"}).status_code == 403


def test_who_may_not_see_them_reaches_nothing(as_clerk, as_alice, alice):
    one = make_autoresponder(alice)
    clerk = as_clerk("view_mailaccount", "change_mailaccount")

    for path in (LIST, change_url(one)):
        assert clerk.get(path).status_code == 403
        assert as_alice.get(path, follow=True).status_code == 403


@pytest.mark.parametrize("nonsense", ["9" * 40, "x", "1_5F"])
def test_an_address_of_none_leads_to_none(as_staff, nonsense):
    assert as_staff.get(f"{LIST}{nonsense}/change/").status_code == 302
