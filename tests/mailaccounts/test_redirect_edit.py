"""Proves G34, G35 and G36 as far as the screen goes."""

import pytest
from django.db import IntegrityError, transaction

from mailaccounts.models import Redirect
from tests.make import make_alias, make_mailbox, make_plan, make_redirect

CIRCLE = "Mail to this address is sent on and comes back here: it would go round in a circle."
OWN = "This is an address of this account: mail would go round in a circle."
INCOMPLETE = "Enter a complete address, such as name@example.com."


def save(browser, address: str, *, enabled: bool = True):
    return browser.post("/redirect", {"address": address} | ({"enabled": "on"} if enabled else {}))


def errors(page) -> dict[str, list[str]]:
    return page.context["form"].errors


def stored(account) -> tuple[bool, str]:
    return Redirect.objects.values_list("enabled", "address").get(account=account)


def test_mail_is_sent_on(as_alice, alice):
    page = as_alice.post(
        "/redirect", {"enabled": "on", "address": " Alice <Alice@Example.ORG>"}, follow=True
    )

    assert stored(alice) == (True, "alice@example.org")
    assert page.redirect_chain == [("/", 302)]
    assert [str(message) for message in page.context["messages"]] == ["Redirect saved."]


def test_off_keeps_the_address(as_alice, alice):
    make_redirect(alice, "alice@example.org")

    save(as_alice, "alice@example.org", enabled=False)

    assert stored(alice) == (False, "alice@example.org")


def test_an_international_domain_is_stored_in_ascii_and_shown_in_unicode(as_alice, alice):
    save(as_alice, "alice@bücher.example")

    page = as_alice.get("/redirect")

    assert stored(alice) == (True, "alice@xn--bcher-kva.example")
    assert page.context["form"]["address"].value() == "alice@bücher.example"
    assert save(as_alice, "alice@bücher.example", enabled=False).status_code == 302


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("", "Enter the address to which mail is sent on."),
        ("alice", INCOMPLETE),
        ("@example.org", INCOMPLETE),
        ("alice@exemple", "Enter a complete domain name, such as example.com."),
        ("alice\x00@example.org", "Null characters are not allowed."),
        (
            "al\x07ice@example.org",
            "The part before @ contains a character that an address cannot have.",
        ),
        (
            "al ice@example.org",
            "The part before @ contains a character that an address cannot have.",
        ),
        (
            '"al ice"@example.org',
            "The part before @ contains a character that an address cannot have.",
        ),
        (f"{'a' * 65}@example.org", "The part before @ is longer than 64 characters."),
        (
            "a@example.org, b@example.org",
            "This is more than one address. For several, use Mail group.",
        ),
        (
            "a@example.org b@example.org",
            "This is more than one address. For several, use Mail group.",
        ),
        ("alice@example.com", OWN),
        ("ALICE+tag@Example.com", OWN),
        ("Sales@example.com", OWN),
    ],
)
def test_an_address_that_cannot_work_is_refused(as_alice, alice, address, error):
    make_alias(alice, "sales@example.com")

    page = save(as_alice, address)

    assert (page.status_code, errors(page)) == (200, {"address": [error]})
    assert stored(alice) == (False, "")


def test_a_chain_that_comes_back_is_refused(as_alice, alice, bob, mallory):
    make_alias(alice, "sales@example.com")
    make_alias(mallory, "m@elsewhere.example")
    make_redirect(bob, "m+list@elsewhere.example")
    make_redirect(mallory, "sales+x@example.com")

    page = save(as_alice, "bob@example.com")

    assert errors(page) == {"address": [CIRCLE]}


def test_a_chain_that_is_broken_is_accepted(as_alice, alice, bob):
    make_redirect(bob, "alice@example.com", enabled=False)

    save(as_alice, "bob@example.com")

    assert stored(alice) == (True, "bob@example.com")


def test_a_circle_of_others_does_not_hang(as_alice, alice, bob, mallory):
    make_redirect(bob, mallory.address)
    make_redirect(mallory, bob.address)

    save(as_alice, "bob@example.com")

    assert stored(alice) == (True, "bob@example.com")


def test_what_became_a_circle_can_be_switched_off(as_alice, alice, bob):
    make_redirect(alice, "bob@example.com")
    make_redirect(bob, "alice@example.com")

    save(as_alice, "bob@example.com", enabled=False)

    assert stored(alice) == (False, "bob@example.com")


def test_the_database_refuses_a_redirect_to_nowhere(alice):
    rows = Redirect.objects.filter(account=alice)

    with pytest.raises(IntegrityError, match="redirect_needs_an_address"), transaction.atomic():
        rows.update(enabled=True)
    with pytest.raises(IntegrityError, match="redirect_address"), transaction.atomic():
        rows.update(address="Alice@Example.org")


def test_it_says_what_happens_to_a_message(as_alice, alice):
    kept = as_alice.get("/redirect").text
    make_mailbox(alice, enabled=False)
    not_kept = as_alice.get("/redirect").text

    assert "<b>Stored</b> in your mailbox, which is on." in kept
    assert "<b>Not stored</b>: your mailbox is off." in not_kept


def test_the_last_service_switched_off_is_warned_of(as_alice, alice):
    make_mailbox(alice, enabled=False)
    make_redirect(alice, "alice@example.org")

    page = as_alice.post("/redirect", {"address": "alice@example.org"}, follow=True)

    assert [str(message) for message in page.context["messages"]] == [
        "Redirect saved.",
        "Nothing accepts mail to this address now: senders get their messages back.",
    ]


def test_without_the_permission_it_is_forbidden(as_alice, alice):
    alice.groups.set([make_plan("Mailbox only", ("manage_mailbox",))])

    assert as_alice.get("/redirect").status_code == 403
    assert save(as_alice, "alice@example.org").status_code == 403
    assert stored(alice) == (False, "")
