"""Mozilla's set-up document, valid and silent about who has an account. Proves G23."""

from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client

from tests.make import make_domain
from tests.panel.mail_programs.grammar import (
    MOZILLA,
    MOZILLA_ATTRIBUTES,
    MOZILLA_TEXTS,
    faults,
)

WELL_KNOWN = "/.well-known/autoconfig/mail/config-v1.1.xml"
AT_ITS_NAME = "/mail/config-v1.1.xml"

pytestmark = pytest.mark.django_db


def ask(path=WELL_KNOWN, host="localhost", **query):
    return Client().get(path, query, secure=True, headers={"host": host})


def servers(document) -> list[tuple[str, ...]]:
    root = fromstring(document)  # noqa: S314 - we wrote it
    found = [*root.iter("incomingServer"), *root.iter("outgoingServer")]
    return [(s.get("type"), *(child.text for child in s)) for s in found]


@pytest.fixture(autouse=True)
def ours(open_doors, alice):
    """alice@example.com exists."""


@pytest.mark.parametrize("path", [WELL_KNOWN, AT_ITS_NAME])
def test_the_document_is_as_its_format_has_it(path):
    answer = ask(path, emailaddress="alice@example.com")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    root = fromstring(answer.content)  # noqa: S314 - we wrote it
    assert faults(root, MOZILLA, MOZILLA_TEXTS, MOZILLA_ATTRIBUTES) == []
    assert root.findtext("emailProvider/displayName") == "Dove & <Cote> (example.com)"


def test_it_has_the_values_of_this_server():
    assert servers(ask(emailaddress="alice@example.com").content) == [
        (
            "imap",
            "imap.provider.example",
            "993",
            "SSL",
            "%EMAILADDRESS%",
            "password-cleartext",
        ),
        (
            "pop3",
            "pop.provider.example",
            "2110",
            "STARTTLS",
            "%EMAILADDRESS%",
            "password-cleartext",
        ),
        (
            "smtp",
            "smtp.provider.example",
            "2465",
            "SSL",
            "%EMAILADDRESS%",
            "password-cleartext",
        ),
    ]


def test_it_is_the_same_for_who_exists_and_who_does_not():
    documents = {
        ask(emailaddress=address).content
        for address in ("alice@example.com", "nobody@example.com", "ALICE+tag@Example.com")
    }

    assert len(documents) == 1


@pytest.mark.parametrize(
    "address",
    ["alice@elsewhere.example", "alice", "@example.com", "a@b@example.com", "é@", "\0@example.com"],
)
def test_for_others_there_is_none(address):
    assert ask(emailaddress=address).status_code == 404


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("autoconfig.example.com", AT_ITS_NAME),
        ("autoconfig.example.com:443", AT_ITS_NAME),
        ("Autoconfig.Example.COM", AT_ITS_NAME),
        ("example.com", WELL_KNOWN),
        ("autoconfig.xn--bcher-kva.example", AT_ITS_NAME),
    ],
)
def test_it_is_there_at_the_names_of_our_domains(host, path):
    make_domain("xn--bcher-kva.example")

    with_address = ask(path, host, emailaddress="alice@example.com")
    without = ask(path, host)

    assert (with_address.status_code, without.status_code) == (200, 200)
    domain = host.partition(":")[0].lower().removeprefix("autoconfig.")
    assert f'<emailProvider id="{domain}">' in without.text


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("autoconfig.elsewhere.example", AT_ITS_NAME),
        ("elsewhere.example", WELL_KNOWN),
        ("panel.example.com", WELL_KNOWN),
        ("autoconfig.example.com", "/"),
        ("autoconfig.example.com", "/login"),
        ("example.com", "/admin/"),
        ("autodiscover.example.com", "/mail-programs"),
        ("autoconfig.example.com\0", AT_ITS_NAME),
        ("", AT_ITS_NAME),
    ],
)
def test_nothing_else_is_opened_at_any_other_name(host, path):
    answer = ask(path, host)

    assert answer.status_code == 400
    assert "clientConfig" not in answer.text


def test_a_server_without_a_way_in_has_no_document(settings):
    settings.IMAP_URL = settings.POP3_URL = ""

    assert ask(emailaddress="alice@example.com").status_code == 404
