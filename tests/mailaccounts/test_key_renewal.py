"""The key that signs a domain's mail is renewed, and every message can be verified. Proves G34."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from mailaccounts.actions import make_signing_keys
from mailaccounts.housekeeping import housekeep
from mailaccounts.key_renewal import drop_coming_key, make_coming_key, switch_key
from mailaccounts.models import Domain, SigningKey
from tests.make import make_domain

NOW = datetime(2026, 11, 25, 9, 30, 15, tzinfo=UTC)


@pytest.fixture
def domain(db) -> Domain:
    """With a key that signs."""
    domain = make_domain("example.com")
    make_signing_keys()
    return domain


def keys(domain: Domain) -> list[tuple[str, str, bool]]:
    """Each with its state, and whether it can sign at all."""
    rows = domain.signing_keys.order_by("pk")
    return [(key.selector, key.state, "PRIVATE" in key.private_key) for key in rows]


def signs(domain: Domain) -> list[str]:
    """What the mail host is told to sign with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT selector FROM mailhost.signing_keys WHERE domain = %s", [domain.name]
        )
        return [selector for (selector,) in cursor.fetchall()]


def coming(domain: Domain) -> SigningKey:
    make_coming_key(domain=domain, now=NOW)
    return domain.signing_keys.coming().get()


def test_a_new_key_waits_while_the_old_one_signs(domain):
    make_coming_key(domain=domain, now=NOW)

    assert keys(domain) == [
        ("pigeonnier", "signing", True),
        ("pigeonnier20261125093015", "coming", True),
    ]
    assert signs(domain) == ["pigeonnier"]


def test_only_one_is_coming(domain):
    first = coming(domain)

    make_coming_key(domain=domain, now=NOW + timedelta(hours=1))

    assert coming(domain) == first


def test_a_colleague_who_was_faster_has_made_it(domain, monkeypatch):
    first = coming(domain)
    monkeypatch.setattr(type(SigningKey.objects.all()), "coming", lambda keys: keys.none())

    make_coming_key(domain=domain, now=NOW + timedelta(hours=1))

    assert list(SigningKey.objects.filter(state="coming")) == [first]


def test_once_switched_the_new_one_signs_and_the_old_one_is_deleted(domain):
    old = domain.signing_keys.get().record()

    assert switch_key(key=coming(domain), now=NOW)

    assert keys(domain) == [
        ("pigeonnier", "retired", False),
        ("pigeonnier20261125093015", "signing", True),
    ]
    assert signs(domain) == ["pigeonnier20261125093015"]
    assert domain.signing_keys.retired().get().record() == old


def test_who_switches_second_changes_nothing(domain):
    key = coming(domain)
    switch_key(key=key, now=NOW)

    assert not switch_key(key=key, now=NOW)
    assert not drop_coming_key(key=key)
    assert signs(domain) == [key.selector]


def test_a_new_key_that_nobody_wants_goes(domain):
    assert drop_coming_key(key=coming(domain))

    assert keys(domain) == [("pigeonnier", "signing", True)]


def test_the_record_of_the_old_key_goes_after_a_week(domain):
    switch_key(key=coming(domain), now=NOW)

    housekeep(NOW + timedelta(days=7) - timedelta(seconds=1))
    assert len(keys(domain)) == 2
    housekeep(NOW + timedelta(days=7))

    assert keys(domain) == [("pigeonnier20261125093015", "signing", True)]


def test_a_domain_without_a_key_that_signs_gets_one(domain):
    domain.signing_keys.all().delete()
    key = coming(domain)

    make_signing_keys()

    assert keys(domain) == [(key.selector, "coming", True), ("pigeonnier", "signing", True)]


@pytest.mark.parametrize(
    ("texts", "published"),
    [
        (["v=DKIM1; k=rsa; p=KEY"], True),
        (["v=DKIM1;k=rsa;p=K EY ; t=s"], True),
        (["v=DKIM1; k=rsa; p=OTHER"], False),
        (["v=DKIM1; k=rsa; p="], False),
        (["v=DKIM1; k=rsa; p=OTHER", "v=DKIM1; k=rsa; p=KEY"], False),
        (["nonsense"], False),
        ([], False),
    ],
)
def test_a_record_is_published_when_the_dns_has_it_alone(texts, published):
    assert SigningKey(public_key="KEY").is_published_in(texts) is published


@pytest.mark.django_db(transaction=True)
def test_keys_of_before_go_on_signing():
    """There and back, in a database that has keys."""
    domain = make_domain("example.com")
    make_signing_keys()
    before = SigningKey.objects.values("selector", "private_key", "public_key").get()
    make_coming_key(domain=domain, now=NOW)
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes("mailaccounts")
    try:
        MigrationExecutor(connection).migrate([("mailaccounts", "0014_whole_labels")])
        assert signs(domain) == ["pigeonnier"]
    finally:
        MigrationExecutor(connection).migrate(latest)

    assert apps.get_model("mailaccounts", "SigningKey") is SigningKey
    assert SigningKey.objects.values("selector", "private_key", "public_key").get() == before
    assert signs(domain) == ["pigeonnier"]
