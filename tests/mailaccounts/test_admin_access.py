"""Who may do what in the administration. Proves B6."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from mailaccounts.models import MailAccount, StaffRole
from tests.mailaccounts.account_page import account_url, as_it_stands
from tests.make import make_account, make_alias

PAGES = [
    "admin:index",
    "admin:mailaccounts_mailaccount_changelist",
    "admin:mailaccounts_mailaccount_add",
    "admin:mailaccounts_domain_changelist",
    "admin:mailaccounts_domain_add",
    "admin:mailaccounts_alias_changelist",
    "admin:mailaccounts_alias_add",
    "admin:mailaccounts_plan_changelist",
    "admin:mailaccounts_plan_add",
    "admin:mailaccounts_staffrole_changelist",
    "admin:mailaccounts_staffrole_add",
]


def statuses(client: Client) -> dict[str, int]:
    return {page: client.get(reverse(page)).status_code for page in PAGES}


def test_a_superuser_reaches_everything(as_staff):
    assert statuses(as_staff) == dict.fromkeys(PAGES, 200)


def test_the_index_leads_to_nothing_that_is_always_empty(as_staff):
    page = as_staff.get("/admin/")

    axes = [app for app in page.context["app_list"] if app["app_label"] == "axes"]
    assert [app["name"] for app in axes] == ["Refused logins"]
    assert [model["object_name"] for app in axes for model in app["models"]] == ["AccessAttempt"]


def test_an_owner_reaches_nothing(as_alice):
    for page in PAGES:
        response = as_alice.get(reverse(page), follow=True)
        assert response.status_code == 403, page


def test_a_stranger_is_sent_to_the_panels_login(client, db):
    response = client.get(reverse("admin:index"), secure=True, follow=True)

    assert response.redirect_chain[-1] == ("/login?next=/admin/", 302)


def test_staff_without_a_role_see_an_empty_index(as_clerk):
    assert statuses(as_clerk()) == dict.fromkeys(PAGES, 403) | {"admin:index": 200}


def test_a_role_opens_what_it_names_and_nothing_else(as_clerk):
    clerk = as_clerk("view_mailaccount", "add_alias", "view_alias")

    assert {page for page, status in statuses(clerk).items() if status == 200} == {
        "admin:index",
        "admin:mailaccounts_mailaccount_changelist",
        "admin:mailaccounts_alias_changelist",
        "admin:mailaccounts_alias_add",
    }


def test_roles_are_no_permission_that_a_role_can_grant(as_clerk):
    clerk = as_clerk("view_staffrole", "add_staffrole", "change_staffrole", "delete_staffrole")

    assert clerk.get(reverse("admin:mailaccounts_staffrole_changelist")).status_code == 403
    assert clerk.get(reverse("admin:mailaccounts_staffrole_add")).status_code == 403


def test_passwords_have_no_form_here(as_staff, alice):
    for path in (f"{account_url(alice)}../password/", "/admin/password_change/"):
        assert as_staff.get(path).status_code in (302, 404)
    page = as_staff.get(account_url(alice))
    assert b'type="password"' not in page.content
    assert alice.password.encode() not in page.content


@pytest.mark.parametrize("rights", [{"is_superuser": True, "is_staff": True}, {"is_staff": True}])
def test_a_clerk_looks_at_other_staff_but_changes_nothing(as_clerk, rights):
    colleague = make_account("colleague@example.com", **rights)
    clerk = as_clerk("view_mailaccount", "change_mailaccount", "delete_mailaccount")

    assert clerk.get(account_url(colleague)).status_code == 200
    for name in ("change", "delete", "suspend", "password_link"):
        data = {"post": "yes", "confirmed": "yes"}
        assert clerk.post(account_url(colleague, name), data).status_code == 403, name
    colleague.refresh_from_db()
    assert colleague.is_active


def test_a_clerk_makes_no_superuser(as_clerk, alice):
    role = StaffRole.objects.create(name="Everything")
    role.permissions.set(Permission.objects.all())

    response = as_clerk("view_mailaccount", "change_mailaccount").post(
        account_url(alice),
        {**as_it_stands(alice), "is_staff": "on", "is_superuser": "on", "roles": [role.pk]},
    )

    alice.refresh_from_db()
    assert response.status_code == 302
    assert (alice.is_staff, alice.is_superuser) == (False, False)
    assert list(alice.groups.values_list("name", flat=True)) == ["Standard"]


def test_a_clerk_gives_no_role_in_the_disguise_of_a_plan(as_clerk, alice):
    role = StaffRole.objects.create(name="Everything")
    role.permissions.set(Permission.objects.all())

    response = as_clerk("view_mailaccount", "change_mailaccount").post(
        account_url(alice), {**as_it_stands(alice), "plan": role.pk}
    )

    assert "Select a valid choice" in response.content.decode()


def test_a_clerk_cannot_have_an_alias_reach_a_superuser_or_take_one_away(as_clerk, staff):
    alias = make_alias(staff, "root@example.com")
    clerk = as_clerk("view_alias", "add_alias", "delete_alias", "view_mailaccount")

    response = clerk.post(
        reverse("admin:mailaccounts_alias_add"),
        {"address": "ceo@example.com", "account": staff.pk},
    )

    assert "Select a valid choice" in response.content.decode()
    url = reverse("admin:mailaccounts_alias_delete", args=[alias.pk])
    assert clerk.post(url, {"post": "yes"}).status_code == 403


def test_viewing_is_not_changing(as_clerk, alice):
    clerk = as_clerk("view_mailaccount")

    assert clerk.get(account_url(alice)).status_code == 200
    for name in ("change", "delete", "suspend", "reactivate", "password_link"):
        assert clerk.post(account_url(alice, name), as_it_stands(alice)).status_code == 403, name


def test_a_superuser_keeps_the_own_rights(as_staff, staff):
    as_staff.post(account_url(staff), as_it_stands(staff, is_staff=None, is_superuser=None))
    assert as_staff.post(account_url(staff, "suspend"), {"confirmed": "yes"}).status_code == 403
    assert as_staff.post(account_url(staff, "delete"), {"post": "yes"}).status_code == 403

    staff.refresh_from_db()
    assert (staff.is_active, staff.is_staff, staff.is_superuser) == (True, True, True)


def test_groups_as_such_are_not_offered(as_staff):
    assert as_staff.get("/admin/auth/group/").status_code == 404


def test_a_permission_given_directly_does_not_count(as_clerk):
    clerk = as_clerk()
    account = MailAccount.objects.get(address="clerk@example.com")
    account.user_permissions.set(Permission.objects.all())

    assert clerk.get(reverse("admin:mailaccounts_mailaccount_changelist")).status_code == 403


def test_nothing_is_changed_by_a_forged_request(alice, staff):
    """Every button needs the token of our own page."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(staff, backend="mailaccounts.backends.MailAccountBackend")

    for name in ("change", "delete", "suspend", "password_link"):
        url = account_url(alice, name)
        data = {"confirmed": "yes", "post": "yes"}
        assert browser.post(url, data, secure=True).status_code == 403, name


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        ("mailaccount", "password__startswith"),
        ("mailaccount", "sessions__session_key__startswith"),
        ("mailaccount", "password_link__digest__startswith"),
        ("alias", "account__password__startswith"),
        ("domain", "accounts__password__startswith"),
    ],
)
def test_secrets_cannot_be_guessed_letter_by_letter(as_clerk, staff, model, lookup):
    clerk = as_clerk("view_mailaccount", "view_alias", "view_domain")

    assert clerk.get(f"/admin/mailaccounts/{model}/", {lookup: "x"}).status_code == 400


def test_the_filters_of_a_list_still_filter(as_clerk, staff):
    clerk = as_clerk("view_mailaccount")

    for lookup in ("is_active__exact", "is_staff__exact", "plan"):
        page = clerk.get("/admin/mailaccounts/mailaccount/", {lookup: "1"})
        assert page.status_code == 200, lookup
