"""What staff enter into a domain's DNS, and the key that it publishes. Proves B6."""

import base64

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_private_key
from django.utils import timezone

from mailaccounts.actions import make_signing_keys
from mailaccounts.dns_records import Record, records_for
from mailaccounts.housekeeping import housekeep
from mailaccounts.models import SigningKey
from tests.make import make_domain

ADD = "/admin/mailaccounts/domain/add/"


def test_the_record_publishes_the_key_that_signs(db):
    key = SigningKey.new(make_domain("example.com"))

    published = load_der_public_key(base64.b64decode(key.record().partition("p=")[2]))

    private = load_pem_private_key(key.private_key.encode(), None)
    assert published.public_numbers() == private.public_key().public_numbers()
    assert (key.record()[:19], private.key_size) == ("v=DKIM1; k=rsa; p=M", 2048)


def test_a_domain_is_added_with_its_key(as_staff):
    as_staff.post(ADD, {"name": "new.example"})

    assert SigningKey.objects.filter(domain__name="new.example").exists()


def test_a_domain_that_came_without_a_key_gets_one_and_keeps_it(db):
    make_domain("old.example")

    housekeep(timezone.now())
    before = SigningKey.objects.get().private_key
    housekeep(timezone.now())

    assert SigningKey.objects.get().private_key == before


@pytest.mark.parametrize(
    ("smarthost", "spf"),
    [("", "v=spf1 mx ~all"), ("out.provider.example:587", "v=spf1 mx a:out.provider.example ~all")],
)
def test_mail_comes_here_and_is_believed(db, settings, smarthost, spf):
    settings.MAIL_HOST, settings.SMARTHOST = "mx.provider.example", smarthost
    domain = make_domain("example.com")
    make_signing_keys()

    assert list(records_for(domain))[:4] == [
        Record("example.com", "MX", "10 mx.provider.example."),
        Record("example.com", "TXT", spf),
        Record("pigeonnier._domainkey.example.com", "TXT", SigningKey.objects.get().record()),
        Record("_dmarc.example.com", "TXT", "v=DMARC1; p=none"),
    ]


def test_staff_see_the_records_and_never_the_key(as_staff, settings):
    settings.MAIL_HOST = "mx.provider.example"
    domain = make_domain("example.com")
    make_signing_keys()

    page = as_staff.get(f"/admin/mailaccounts/domain/{domain.pk}/change/").text

    assert 'value="10 mx.provider.example."' in page
    assert f'value="{SigningKey.objects.get().record()}"' in page
    assert "PRIVATE" not in page


def test_a_server_without_a_name_has_no_records(as_staff):
    domain = make_domain("example.com")

    page = as_staff.get(f"/admin/mailaccounts/domain/{domain.pk}/change/").text

    assert "Whoever runs it sets MAIL_HOST." in page
