"""Where mail programs reach this server, and what the DNS says of it. Proves G23."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from mailaccounts.dns_records import Record
from panel.mail_programs.dns import program_records
from panel.mail_programs.doors import Door, doors
from tests.make import make_domain


def test_a_server_without_ways_in_has_none():
    assert (doors().all, doors().are_open) == ((), False)


@pytest.mark.parametrize(
    ("url", "door"),
    [
        ("imaps://mx.example", Door("imap", "mx.example", 993, tls=True)),
        ("imap://mx.example", Door("imap", "mx.example", 143, tls=False)),
        ("imaps://mx.example:2993", Door("imap", "mx.example", 2993, tls=True)),
    ],
)
def test_a_url_says_host_port_and_encryption(settings, url, door):
    settings.IMAP_URL = url

    assert doors().incoming == (door,)


@pytest.mark.parametrize("url", ["mx.example", "imaps:", "pop3s://mx.example", "imaps://x:port"])
def test_a_url_that_says_nothing_is_refused(settings, url):
    settings.IMAP_URL = url

    with pytest.raises(ImproperlyConfigured, match="IMAP_URL"):
        doors()


def test_sending_alone_is_no_way_to_set_up_a_program(settings):
    settings.SUBMISSION_URL = "smtps://mx.example"

    assert not doors().are_open


def test_the_dns_leads_programs_to_the_servers_and_to_their_documents(db, open_doors):
    assert list(program_records(make_domain("example.com"))) == [
        Record("_imaps._tcp.example.com", "SRV", "0 1 993 imap.provider.example."),
        Record("_pop3._tcp.example.com", "SRV", "10 1 2110 pop.provider.example."),
        Record("_submissions._tcp.example.com", "SRV", "0 1 2465 smtp.provider.example."),
        Record("autoconfig.example.com", "CNAME", "panel.provider.example."),
        Record("autodiscover.example.com", "CNAME", "panel.provider.example."),
        Record("_autodiscover._tcp.example.com", "SRV", "0 0 443 panel.provider.example."),
    ]


def test_staff_see_them_on_the_domains_page(open_doors, settings, client, staff):
    settings.MAIL_HOST = "mx.provider.example"
    client.force_login(staff, backend="mailaccounts.backends.MailAccountBackend")
    domain = make_domain("example.com")

    page = client.get(f"/admin/mailaccounts/domain/{domain.pk}/change/", secure=True).text

    assert "_imaps._tcp.example.com" in page
    assert 'value="0 1 993 imap.provider.example."' in page
