"""Outlook's question and answer, valid, hostile questions included. Proves G23."""

from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client

from tests.panel.mail_programs.grammar import (
    OUTLOOK,
    OUTLOOK_ATTRIBUTES,
    OUTLOOK_TEXTS,
    faults,
)

PATH = "/autodiscover/autodiscover.xml"
OUTLOOK_ANSWER = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
QUESTION = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/'
    'requestschema/2006"><Request><EMailAddress>{address}</EMailAddress>'
    "<AcceptableResponseSchema>{schema}</AcceptableResponseSchema></Request></Autodiscover>"
)

pytestmark = pytest.mark.django_db


def ask(address="alice@example.com", *, schema=OUTLOOK_ANSWER, path=PATH, host="localhost"):
    return post(QUESTION.format(address=address, schema=schema), path=path, host=host)


def post(content, *, path=PATH, host="localhost"):
    browser = Client(enforce_csrf_checks=True)
    return browser.post(path, content, content_type="text/xml", secure=True, headers={"host": host})


def error_of(answer) -> str | None:
    root = fromstring(answer.content)  # noqa: S314 - we wrote it
    assert faults(root, OUTLOOK, OUTLOOK_TEXTS, OUTLOOK_ATTRIBUTES) == []
    codes = [element.text for element in root.iter() if element.tag.endswith("}ErrorCode")]
    return codes[0] if codes else None


def servers(answer) -> list[dict[str, str]]:
    root = fromstring(answer.content)  # noqa: S314 - we wrote it
    return [
        {child.tag.partition("}")[2]: child.text for child in element}
        for element in root.iter()
        if element.tag.endswith("}Protocol")
    ]


@pytest.fixture(autouse=True)
def ours(open_doors, alice):
    """alice@example.com exists."""


def test_the_answer_is_as_its_format_has_it_and_has_the_values_of_this_server():
    answer = ask()

    assert (answer.status_code, error_of(answer)) == (200, None)
    same = {"LoginName": "alice@example.com", "DomainRequired": "off", "SPA": "off", "SSL": "on"}
    imap, pop3, smtp = servers(answer)
    assert imap == {
        "Type": "IMAP",
        "Server": "imap.provider.example",
        "Port": "993",
        **same,
        "Encryption": "SSL",
        "AuthRequired": "on",
    }
    assert (pop3["Type"], pop3["Port"], pop3["Encryption"]) == ("POP3", "2110", "TLS")
    assert (smtp["Type"], smtp["Port"], smtp["UsePOPAuth"]) == ("SMTP", "2465", "on")


def test_it_is_the_same_for_who_exists_and_who_does_not():
    there, not_there = ask("alice@example.com").text, ask("nobody@example.com").text

    assert there.replace("alice", "nobody") == not_there


@pytest.mark.parametrize("name", ["Autodiscover", "AutoDiscover"])
def test_capitals_do_not_matter(name):
    assert error_of(ask(path=f"/{name}/{name}.xml")) is None


@pytest.mark.parametrize("host", ["example.com", "autodiscover.example.com:443"])
def test_it_answers_at_the_names_of_our_domains(host):
    assert error_of(ask(host=host)) is None


def test_at_other_names_nobody_answers():
    assert ask(host="autodiscover.elsewhere.example").status_code == 400


@pytest.mark.parametrize("address", ["alice@elsewhere.example", "alice", "a@b@example.com", "é@é"])
def test_other_addresses_are_not_found(address):
    assert error_of(ask(address)) == "500"


def test_a_server_without_a_way_in_knows_nobody(settings):
    settings.SUBMISSION_URL = ""

    assert error_of(ask()) == "500"


def test_another_schema_is_another_providers():
    assert error_of(ask(schema="http://schemas.microsoft.com/…/mobilesync/2006")) == "601"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no XML",
        "<Autodiscover>",
        "<Autodiscover/>",
        "<a><EMailAddress> </EMailAddress></a>",
        f"<!DOCTYPE a [{LAUGHS}]><a><EMailAddress>&l9;</EMailAddress></a>",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><EMailAddress>&x;</EMailAddress></a>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a><EMailAddress>a@b.c</EMailAddress></a>',
        "<a>" * 3000,
        "<a>" + "x" * 20_000 + "</a>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        b"\xff\xfe<\0a\0/\0>\0",
        b"<a>\0</a>",
    ],
)
def test_what_is_no_question_is_refused_at_once(content):
    assert error_of(post(content)) == "600"


@pytest.mark.parametrize("verb", ["get", "put", "delete"])
def test_it_takes_questions_alone(verb):
    assert getattr(Client(), verb)(PATH, secure=True).status_code == 405
