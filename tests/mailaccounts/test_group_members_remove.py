"""Proves G37: removing members."""

import pytest

from mailaccounts.models import GroupMember, MailGroup
from tests.make import make_mail_group


def ids(account, *addresses: str) -> list[int]:
    rows = GroupMember.objects.filter(group=account.mail_group, address__in=addresses)
    return list(rows.values_list("pk", flat=True))


def members(account) -> list[str]:
    rows = GroupMember.objects.filter(group=account.mail_group)
    return list(rows.values_list("address", flat=True))


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_the_confirmation_names_who_goes_and_removes_nobody(as_alice, alice):
    make_mail_group(alice, "a@example.org", "b@example.org", "c@example.org")

    page = as_alice.get(
        "/mail-group/remove", {"member": ids(alice, "a@example.org", "c@example.org")}
    )

    assert [member.address for member in page.context["members"]] == [
        "a@example.org",
        "c@example.org",
    ]
    assert "Remove 2 members" in page.text
    assert "Nobody is left then." not in page.text
    assert len(members(alice)) == 3


def test_the_selected_go_and_the_others_stay(as_alice, alice):
    make_mail_group(alice, "a@example.org", "b@example.org")

    page = as_alice.post("/mail-group/remove", {"member": ids(alice, "a@example.org")}, follow=True)

    assert (members(alice), said(page)) == (["b@example.org"], ["1 member removed."])
    assert page.redirect_chain == [("/mail-group", 302)]


def test_the_last_one_switches_the_group_off(as_alice, alice):
    make_mail_group(alice, "a@example.org")
    last = {"member": ids(alice, "a@example.org")}

    asked = as_alice.get("/mail-group/remove", last)
    page = as_alice.post("/mail-group/remove", last, follow=True)

    assert "Nobody is left then." in asked.text
    assert not MailGroup.objects.get(account=alice).enabled
    assert said(page) == ["1 member removed. That was the last one, so the mail group is off now."]


def test_members_of_others_are_not_found(as_alice, alice, bob):
    make_mail_group(bob, "a@example.org")
    forged = {"member": ids(bob, "a@example.org")}

    asked = as_alice.get("/mail-group/remove", forged)
    as_alice.post("/mail-group/remove", forged)

    assert asked.status_code == 302
    assert members(bob) == ["a@example.org"]


@pytest.mark.parametrize("sent", [[], ["x"], ["-1"], ["9" * 30], ["²"], ["٣"], ["\x00"]])
def test_nothing_selected_or_nonsense(as_alice, sent):
    asked = as_alice.get("/mail-group/remove", {"member": sent}, follow=True)
    posted = as_alice.post("/mail-group/remove", {"member": sent}, follow=True)

    assert said(asked) == ["Select the members to remove first."]
    assert said(posted) == ["Nothing to remove: these members are gone already."]
