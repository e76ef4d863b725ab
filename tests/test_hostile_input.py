"""Proves that no parameter, field or id that anybody types is a fault of ours: never a 500."""

from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.make import make_alias, make_mail_group, make_redirect
from tests.screens import ACTS, DOORS, own_screens, path_of

pytestmark = pytest.mark.usefixtures("ways_in")

PARAMETERS = ["page", "q", "sort", "member", "alias", "language", "next", "email"]
STAFF_PARAMETERS = ["q", "p", "o", "plan", "is_active__exact", "address__contains", "account"]
# As they stand in an address: NUL, no UTF-8, no end, more digits than Python reads.
IN_ADDRESSES = ["a%00b", "%ff%fe", "x" * 10_000, "9" * 5_000]
STAFF_PATHS = [
    reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
    for model in admin.site._registry
    for page in ("changelist", "add")
]
TYPED = ["a\0b@example.com", "x" * 10_000, "9" * 5_000, "a\r\nBcc: b@\ud7ff\u202e.example"]


class Controls(HTMLParser):
    """What a page would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.typed: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, kind = found.get("name"), found.get("type")
        if tag in ("input", "select", "textarea") and name:
            self.values[name] = found.get("value") or ""
            if kind != "hidden":
                self.typed.append(name)


@pytest.fixture
def furnished(alice):
    make_alias(alice, "a.liddell@example.com")
    make_redirect(alice, "far@elsewhere.example")
    make_mail_group(alice, "bob@example.com")
    return alice


@pytest.fixture
def as_staff(staff):
    client = Client(**{"wsgi.url_scheme": "https"})
    client.force_login(staff, backend="mailaccounts.backends.MailAccountBackend")
    return client


def faults(answers: dict[str, int]) -> dict[str, int]:
    return {what: status for what, status in answers.items() if status >= 500}


@pytest.mark.parametrize("screen", own_screens())
def test_any_parameter(as_alice, furnished, screen):
    path = path_of(screen, furnished)
    browser = Client() if screen in DOORS else as_alice

    answers = {
        value[:9]: browser.get(
            f"{path}{'&' if '?' in path else '?'}"
            f"{'&'.join(f'{name}={value}' for name in PARAMETERS)}",
            secure=True,
        ).status_code
        for value in IN_ADDRESSES
    }

    assert faults(answers) == {}


@pytest.mark.parametrize("screen", own_screens())
def test_any_field(as_alice, furnished, screen):
    path = path_of(screen, furnished)
    browser = Client() if screen in DOORS else as_alice
    fields = (
        ["member", "alias"]
        if screen in ACTS
        else Controls(browser.get(path, secure=True).text).typed
    )

    answers = {
        value[:9]: browser.post(path, dict.fromkeys(fields, value), secure=True).status_code
        for value in TYPED
    }

    assert faults(answers) == {}


@pytest.mark.parametrize("path", STAFF_PATHS)
def test_any_parameter_of_the_administration(as_staff, furnished, path):
    answers = {
        f"{name}={value[:9]}": as_staff.get(f"{path}?{name}={value}").status_code
        for name in STAFF_PARAMETERS
        for value in IN_ADDRESSES
    }

    assert faults(answers) == {}


@pytest.mark.parametrize("path", STAFF_PATHS)
def test_any_field_of_the_administration(as_staff, furnished, path):
    page = Controls(as_staff.get(path).text)

    answers = {
        value[:9]: as_staff.post(path, page.values | dict.fromkeys(page.typed, value)).status_code
        for value in TYPED
    }

    assert faults(answers) == {}


@pytest.mark.parametrize("page", ["change", "delete", "history", "suspend", "password-link"])
def test_any_id_in_the_administration(as_staff, page):
    answers = {
        value[:9]: as_staff.post(f"/admin/mailaccounts/mailaccount/{value}/{page}/").status_code
        for value in IN_ADDRESSES
    }

    assert faults(answers) == {}
