"""Staff make plans; superusers make staff roles. Proves G6 and B6."""

from django.contrib.auth.models import Permission
from django.urls import reverse

from mailaccounts.models import Plan, StaffRole
from tests.make import make_plan

PLANS = "/admin/mailaccounts/plan/"
ROLES = "/admin/mailaccounts/staffrole/"


def labels(client, url: str) -> list[str]:
    form = client.get(url).context["adminform"].form
    return [label for _value, label in form.fields["permissions"].choices]


def granted(group) -> list[str]:
    return sorted(group.permissions.values_list("codename", flat=True))


def permission(codename: str) -> int:
    return Permission.objects.get(codename=codename).pk


def test_a_plan_offers_the_services_in_plain_words(as_staff):
    assert labels(as_staff, f"{PLANS}add/") == [
        "Autoresponders",
        "Own aliases",
        "Mailbox",
        "Mail group",
        "Redirect",
        "Antivirus",
        "Spam filter",
    ]


def test_a_plan_limits_what_is_sent_or_leaves_it_to_the_server(as_staff):
    for name, limit in (("Few", "20"), ("Usual", "")):
        values = {"name": name, "member_limit": "500", "alias_limit": "5"}
        as_staff.post(f"{PLANS}add/", {**values, "messages_per_hour": limit})

    limits = dict(Plan.objects.values_list("name", "messages_per_hour"))
    assert (limits["Few"], limits["Usual"]) == (20, None)


def test_a_plan_is_made_with_permissions_and_limits(as_staff):
    as_staff.post(
        f"{PLANS}add/",
        {
            "name": "Small",
            "member_limit": 10,
            "alias_limit": 3,
            "permissions": [permission("manage_redirect")],
        },
    )

    plan = Plan.objects.get(name="Small")
    assert (plan.member_limit, plan.alias_limit, granted(plan)) == (10, 3, ["manage_redirect"])


def test_a_plan_grants_nothing_in_the_administration(as_clerk):
    clerk = as_clerk("view_plan", "add_plan", "change_plan")

    page = clerk.post(
        f"{PLANS}add/",
        {
            "name": "X",
            "member_limit": 1,
            "alias_limit": 1,
            "permissions": [permission("add_mailaccount")],
        },
    )

    assert "Select a valid choice" in page.content.decode()
    assert not Plan.objects.filter(name="X").exists()


def test_a_plan_that_grants_more_is_offered_nobody(as_staff):
    plan = make_plan("Disguise", ("manage_redirect",))
    plan.permissions.add(permission("add_mailaccount"))

    form = as_staff.get(reverse("admin:mailaccounts_mailaccount_add")).context["adminform"].form

    assert [str(label) for _value, label in form.fields["plan"].choices][1:] == ["Standard"]


def test_a_plan_in_use_is_not_deleted(as_staff, alice):
    plan = make_plan()

    page = as_staff.post(f"{PLANS}{plan.pk}/delete/", {"post": "yes"}).content.decode()

    assert "2 mail accounts" in page
    assert Plan.objects.filter(pk=plan.pk).exists()


def test_an_unused_plan_is_deleted(as_staff):
    plan = make_plan("Unused")

    as_staff.post(f"{PLANS}{plan.pk}/delete/", {"post": "yes"})

    assert not Plan.objects.filter(pk=plan.pk).exists()


def test_a_role_offers_what_is_done_here_and_no_roles(as_staff):
    offered = labels(as_staff, f"{ROLES}add/")

    assert "Mail accounts: change" in offered
    assert "Domains: add" in offered
    assert [label for label in offered if "role" in label.lower()] == []
    assert "Redirect" not in offered


def test_a_role_is_made(as_staff):
    as_staff.post(f"{ROLES}add/", {"name": "Clerks", "permissions": [permission("add_domain")]})

    assert granted(StaffRole.objects.get()) == ["add_domain"]


def test_plans_are_no_roles(as_staff):
    StaffRole.objects.create(name="Clerks")
    make_plan()

    assert [str(role) for role in as_staff.get(ROLES).context["cl"].result_list] == ["Clerks"]
    assert [str(plan) for plan in as_staff.get(PLANS).context["cl"].result_list] == ["Standard"]
