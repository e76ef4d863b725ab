"""Proves G6."""

from mailaccounts.access import permissions_of
from mailaccounts.tools import TOOLS
from tests.make import make_plan


def test_each_permission_with_yes_or_no(as_alice, alice):
    alice.groups.set([make_plan("Redirect only", ("manage_redirect",))])

    page = as_alice.get("/permissions")

    shown = {str(p.label): p.granted for p in page.context["permissions"]}
    assert (page.status_code, shown) == (
        200,
        shown | {"Mailbox": False, "Redirect": True, "Mail group": False},
    )
    assert sum(shown.values()) == 1


def test_staff_may_do_everything(staff):
    assert all(permission.granted for permission in permissions_of(staff))


def test_what_the_list_says_is_what_the_views_do(as_alice, alice):
    alice.groups.set([make_plan("Redirect only", ("manage_redirect",))])
    labels = {str(p.label) for p in permissions_of(alice)}

    codes = {tool.url_name: as_alice.get(f"/{path}").status_code for tool, path in guarded()}

    assert codes == {"mailbox_edit": 403, "redirect_edit": 200, "mail_group": 403}
    assert {str(tool.label) for tool, _path in guarded()} <= labels


def guarded():
    paths = {"mailbox_edit": "mailbox", "redirect_edit": "redirect", "mail_group": "mail-group"}
    return [(tool, paths[tool.url_name]) for tool in TOOLS if tool.permission]


def test_three_queries(as_alice, django_assert_num_queries):
    with django_assert_num_queries(3):  # session, account, permissions
        as_alice.get("/permissions")
