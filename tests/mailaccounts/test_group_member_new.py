"""Proves G37: adding members."""

import threading
import time

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailaccounts.actions import add_members
from mailaccounts.addresses import split_list
from mailaccounts.models import GroupMember
from tests.make import make_account, make_alias, make_mail_group, make_plan

OWN = "This is an address of the group itself: mail would go round in a circle."


def add(browser, text: str, **options):
    return browser.post("/mail-group/new-member", {"addresses": text}, **options)


def members(account) -> list[str]:
    rows = GroupMember.objects.filter(group=account.mail_group)
    return list(rows.values_list("address", flat=True))


def errors(page) -> list[str]:
    return page.context["form"].errors["addresses"]


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_one_member(as_alice, alice):
    page = add(as_alice, "Bob@Example.ORG", follow=True)

    assert (members(alice), said(page)) == (["bob@example.org"], ["1 member added."])
    assert page.redirect_chain == [("/mail-group", 302)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@x.org, b@x.org;c@x.org\r\nd@x.org", ["a@x.org", "b@x.org", "c@x.org", "d@x.org"]),
        ("Anne <a@x.org>, b@x.org", ["a@x.org", "b@x.org"]),
        ('"Durand, Marie" <m@x.org>, b@x.org', ["m@x.org", "b@x.org"]),
        ("Durand, Marie <m@x.org>; Petit, Luc <l@x.org>", ["m@x.org", "l@x.org"]),
        ("a@x.org <a@x.org>", ["a@x.org"]),
        ("a@x.org b@x.org\tc@x.org", ["a@x.org", "b@x.org", "c@x.org"]),
        (",, ;\n\n a@x.org ,", ["a@x.org"]),
        ("bob, anne@x.org", ["bob", "anne@x.org"]),
    ],
)
def test_a_pasted_list_is_read(text, found):
    assert split_list(text) == found


def test_a_member_is_not_added_twice(as_alice, alice):
    make_mail_group(alice, "bob@example.org", enabled=False)

    page = add(
        as_alice, "BOB@example.org, carol@example.org, Carol <carol@Example.org>", follow=True
    )

    assert members(alice) == ["bob@example.org", "carol@example.org"]
    assert said(page) == ["1 member added. 1 address was a member already."]


def test_one_bad_address_adds_none_and_keeps_the_text(as_alice, alice):
    make_alias(alice, "sales@example.com")
    text = "good@example.org\nbob\nalice+x@EXAMPLE.com; <Sales@example.com>"

    page = add(as_alice, text)

    assert errors(page) == [
        "“bob”: Enter a complete address, such as name@example.com.",
        f"“alice+x@EXAMPLE.com”: {OWN}",
        f"“Sales@example.com”: {OWN}",
    ]
    assert page.context["form"]["addresses"].value() == text
    assert members(alice) == []


def test_of_many_bad_addresses_the_first_are_named(as_alice):
    page = add(as_alice, "\n".join(f"bad{n}" for n in range(25)))

    assert (len(errors(page)), errors(page)[-1]) == (21, "And 5 more.")


@pytest.mark.parametrize("text", ["", " \n ", ",;"])
def test_nothing_typed(as_alice, text):
    assert len(errors(add(as_alice, text))) == 1


def test_the_most_generous_plan_is_the_limit(as_alice, alice):
    small, large = make_plan("Small"), make_plan("Large")
    for plan, limit in ((small, 1), (large, 2)):
        plan.member_limit = limit
        plan.save()
    alice.groups.set([small, large])
    make_mail_group(alice, "a@example.org", enabled=False)

    page = add(as_alice, "b@example.org, c@example.org")
    add(as_alice, "a@example.org, b@example.org")

    assert errors(page) == [
        "Members that your plan allows: 2. The group has 1, and these would be 2 more."
    ]
    assert members(alice) == ["a@example.org", "b@example.org"]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_pass_the_limit():
    plan = make_plan("Three")
    plan.member_limit = 3
    plan.save()
    account = make_account("alice@example.com", plan=plan)

    def paste(letter: str) -> None:
        try:
            add_members(group=account.mail_group, wanted=[f"{letter}{n}@x.org" for n in (1, 2)])
        except Exception as error:  # noqa: BLE001 - counted below, whatever it is
            refused.append(error)
        connection.close()

    refused: list[Exception] = []
    threads = [threading.Thread(target=paste, args=(letter,)) for letter in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(refused), len(members(account))) == (1, 2)


def test_the_database_refuses_a_member_twice_or_in_capitals(alice):
    make_mail_group(alice, "bob@example.org")

    for address in ("bob@example.org", "Bob@example.org"):
        with pytest.raises(IntegrityError), transaction.atomic():
            GroupMember.objects.create(group=alice.mail_group, address=address)


def test_without_a_plan_the_limit_is_500(alice):
    alice.groups.clear()

    assert alice.mail_group.member_limit() == 500


PASTED = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            ["a@x.org", "É@bücher.example", "<", ">", '"', ",", ";", "\n", "@", "\x00"]
        ),
    )
).map("".join)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=PASTED)
def test_whatever_is_pasted_gets_an_answer(as_alice, text):
    assert add(as_alice, text).status_code in (200, 302)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(search=st.text(max_size=20))
def test_whatever_is_searched_gets_an_answer(as_alice, search):
    assert as_alice.get("/mail-group", {"q": search}).status_code == 200


@pytest.mark.parametrize(
    "text",
    ["<" + " " * 199_000 + "@", "<" + "@" * 199_000, "<" + "a" * 100_000 + "@" + "a" * 99_000],
)
def test_the_longest_hostile_list_is_read_at_once(text):
    """Reading it must not take time with the square of its length: that would be minutes."""
    begun = time.process_time()

    split_list(text)

    assert time.process_time() - begun < 2
