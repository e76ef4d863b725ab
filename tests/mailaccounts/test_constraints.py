"""Rules stated once: each speaks to people, and PostgreSQL refuses the row. Proves G8, G34, G37."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint, Model, UniqueConstraint
from django.utils import timezone

from mailaccounts.models import Alias, Domain, GroupMember, MailAccount, Redirect, SigningKey
from tests.make import make_domain

OURS = ("mailaccounts", "delivery", "spamfilter", "autoresponder", "helpdesk", "sso")
MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]
UNFIT = "Enter a complete address, such as name@example.com."
DELETED = "A key that is retired is deleted, and no other is."
ALWAYS_ON = "Only its owner’s own alias can end or be off."


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_constraint_has_a_sentence_of_its_own(model):
    mute = [
        constraint.name
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint | UniqueConstraint)
        and constraint.violation_error_message == constraint.default_violation_error_message
    ]

    assert mute == []


def account(address: str, domain: str = "example.com") -> MailAccount:
    return MailAccount(address=address, domain_id=domain, password="!")


def alias(address: str, domain: str = "example.com", **fields: object) -> Alias:
    return Alias(address=address, domain_id=domain, account=MailAccount.objects.get(), **fields)


def member(address: str) -> GroupMember:
    return GroupMember(address=address, group_id=MailAccount.objects.get().pk)


def redirect(address: str, *, enabled: bool = True) -> Redirect:
    return Redirect(address=address, enabled=enabled, account=MailAccount.objects.get())


def key(domain: str, selector: str, **fields: object) -> SigningKey:
    domain = Domain.objects.get(name=f"{domain}.example")
    return SigningKey(domain=domain, selector=selector, **{"private_key": "x", **fields})


# Called inside the test, where there is a database.
WRONG = {
    "account_address_is_well_formed": [
        (lambda: account("Bob@example.com"), UNFIT),
        (lambda: account("bob+x@example.com"), UNFIT),
        (lambda: account("b ob@example.com"), UNFIT),
        (lambda: account("b" * 65 + "@example.com"), UNFIT),
    ],
    "account_address_is_in_its_domain": [
        (lambda: account("bob@other.example"), "The address must be in the account’s domain."),
    ],
    "alias_address_is_well_formed": [
        (lambda: alias("Sales@example.com"), UNFIT),
        (lambda: alias("sales+x@example.com"), UNFIT),
    ],
    "alias_address_is_in_its_domain": [
        (lambda: alias("sales@other.example"), "The address must be in the alias’s domain."),
    ],
    "alias_of_staff_is_always_on": [
        (lambda: alias("sales@example.com", note="shop"), ALWAYS_ON),
        (lambda: alias("sales@example.com", off_since=timezone.now()), ALWAYS_ON),
    ],
    "alias_removed_is_off": [
        (
            lambda: alias("sales@example.com", own=True, removed=True),
            "An alias that is removed is off.",
        ),
    ],
    "selector_is_one_label": [(lambda: key("new", "a.b"), "Use small letters and digits.")],
    "selector_is_of_one_key": [
        (
            lambda: key("other", "one", state="retired", private_key="", retired=timezone.now()),
            "The domain has a key of this name already.",
        ),
    ],
    "one_key_signs_for_a_domain": [
        (lambda: key("other", "three"), "Another key signs for the domain."),
    ],
    "one_key_is_coming_for_a_domain": [
        (lambda: key("other", "three", state="coming"), "A new key is waiting already."),
    ],
    "retired_key_signs_no_more": [
        (lambda: key("new", "one", state="retired", private_key=""), DELETED),
        (lambda: key("new", "one", state="retired", retired=timezone.now()), DELETED),
        (lambda: key("new", "one", private_key=""), DELETED),
        (lambda: key("new", "one", retired=timezone.now()), DELETED),
        (lambda: key("new", "one", state="unheard"), DELETED),
    ],
    "domain_is_well_formed": [
        (lambda: Domain(name="Example.org"), "Enter a complete domain name, such as example.com."),
        (lambda: Domain(name="bücher.de"), "Enter a complete domain name, such as example.com."),
        (lambda: Domain(name="192.0.2.1"), "Enter a complete domain name, such as example.com."),
    ],
    "redirect_needs_an_address": [
        (lambda: redirect(""), "Enter the address to which mail is sent on."),
    ],
    "redirect_address_is_well_formed": [
        (lambda: redirect("nonsense", enabled=False), UNFIT),
        (lambda: redirect("Bob@example.com"), UNFIT),
    ],
    "member_address_is_well_formed": [(lambda: member("nonsense"), UNFIT)],
    "member_is_in_the_group_once": [
        (lambda: member("there@example.com"), "This address is a member already."),
    ],
}
ROWS = [(name, make, says) for name, rows in WRONG.items() for make, says in rows]


@pytest.fixture(autouse=True)
def what_is_there(alice):
    make_domain("other.example")
    make_domain("new.example")
    member("there@example.com").save()
    key("other", "one").save()
    key("other", "two", state="coming").save()


@pytest.mark.parametrize(("name", "make", "says"), ROWS)
def test_people_read_what_is_wrong(name, make, says):
    with pytest.raises(ValidationError) as caught:
        make().validate_constraints()

    assert says in caught.value.messages


@pytest.mark.parametrize(("name", "make", "says"), ROWS)
def test_the_database_refuses_the_row(name, make, says):
    row: Model = make()
    existing = isinstance(row, Redirect)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save(force_update=existing, force_insert=not existing)


def test_every_constraint_of_accounts_is_proved_here():
    named = {
        constraint.name
        for model in apps.get_app_config("mailaccounts").get_models()
        for constraint in model._meta.constraints
    }

    assert set(WRONG) == named
