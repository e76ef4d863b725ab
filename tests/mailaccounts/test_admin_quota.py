"""Staff say how much a mailbox may hold. Proves G22."""

import pytest
from django.urls import reverse

from mailaccounts.models import MailAccount, Plan
from tests.mailaccounts.account_page import account_url, as_it_stands

MB = 1024 * 1024


def limit_of(account) -> int | None:
    return MailAccount.objects.get(pk=account.pk).mailbox_limit


@pytest.mark.parametrize(
    ("typed", "limit"), [("5", 5 * MB), ("0", None), ("", 1024 * MB), ("5000000", 5_000_000 * MB)]
)
def test_an_account_has_its_own_limit_or_the_one_of_its_plan(as_staff, alice, typed, limit):
    page = as_staff.post(
        account_url(alice), as_it_stands(alice, **{"mailbox-0-quota": typed}), follow=True
    )

    assert (page.status_code, limit_of(alice)) == (200, limit)


@pytest.mark.parametrize("typed", ["-1", "many", "99999999999"])
def test_what_is_no_size_is_said_beside_the_field(as_staff, alice, typed):
    page = as_staff.post(account_url(alice), as_it_stands(alice, **{"mailbox-0-quota": typed}))

    (formset,) = (f for f in page.context["inline_admin_formsets"] if f.formset.prefix == "mailbox")
    assert list(formset.formset.errors[0]) == ["quota"]
    assert limit_of(alice) == 1024 * MB


def test_who_may_only_look_at_accounts_changes_no_limit(as_clerk, alice):
    clerk = as_clerk("view_mailaccount")

    page = clerk.post(account_url(alice), as_it_stands(alice, **{"mailbox-0-quota": "5"}))

    assert (page.status_code, limit_of(alice)) == (403, 1024 * MB)


@pytest.mark.parametrize(("typed", "limit"), [("7", 7), ("", None)])
def test_a_plan_has_a_limit_or_none(as_staff, typed, limit):
    as_staff.post(
        reverse("admin:mailaccounts_plan_add"),
        {"name": "Small", "mailbox_quota": typed, "member_limit": 1, "alias_limit": 1},
    )

    assert Plan.objects.get(name="Small").mailbox_quota == limit


def test_a_plan_without_any_space_is_a_mistake(as_staff):
    page = as_staff.post(
        reverse("admin:mailaccounts_plan_add"),
        {"name": "Nothing", "mailbox_quota": "0", "member_limit": 1, "alias_limit": 1},
    )

    assert "Ensure this value is greater than or equal to 1." in page.text
    assert not Plan.objects.filter(name="Nothing").exists()


def test_a_new_plan_begins_with_a_sensible_limit(as_staff):
    page = as_staff.get(reverse("admin:mailaccounts_plan_add"))

    assert 'name="mailbox_quota" value="1024"' in page.text
