"""Proves G6."""

from django.urls import reverse

from mailaccounts.access import permissions_of
from mailaccounts.tools import TOOLS
from tests.make import make_plan

GUARDED = [tool for tool in TOOLS if tool.permission]
# Everybody has aliases; what a plan grants is to make them.
CALLED = {"aliases": "Own aliases"}


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

    codes = {tool.url_name: as_alice.get(reverse(tool.url_name)).status_code for tool in GUARDED}

    granted = {"redirect_edit": 200}
    assert codes == {tool.url_name: 403 for tool in GUARDED} | granted
    assert {CALLED.get(tool.url_name, str(tool.label)) for tool in GUARDED} <= labels


def test_three_queries(as_alice, django_assert_num_queries):
    with django_assert_num_queries(3):  # session, account, permissions
        as_alice.get("/permissions")
