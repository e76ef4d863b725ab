"""Scanners that misbehave are told apart, and nobody waits for ever. Proves G25, G33."""

import time
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured

from spamfilter import clamd, spamd
from spamfilter.link import Patience, Place, ScannerDown
from tests.private_server import free_port

USER = "alice@example.com"
QUICK = Patience(connecting=0.5, answering=0.2)


def ask_spamd(server) -> None:
    place = Place.parse("SPAMD_URL", server.url, "spamd")
    spamd.Spamd(place, QUICK).score([b"Subject: x\r\n\r\nx\r\n"], user=USER)


def ask_clamd(server) -> None:
    clamd.Clamd(Place.parse("CLAMD_URL", server.url, "clamd"), QUICK).scan([b"Subject: x\r\n"])


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"", "hung up without an answer"),
        (b"SPAMD/1.0 69 Service Unavailable: no database\r\n\r\n", "cannot work now"),
        (b"SPAMD/1.1 0 EX_OK\r\n\r\n", "gives no points"),
        (b"SPAMD/1.1 0 EX_OK\r\nSpam: perhaps ; ? / 5.0\r\n\r\n", "gives no points"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "hung up without an answer"),
        (b"x" * 1_000_000, "answers without an end"),
    ],
)
def test_what_spamd_should_not_say_is_an_outage(fake_spamd, answer, told):
    fake_spamd.answer = answer

    with pytest.raises(ScannerDown, match=told) as outage:
        ask_spamd(fake_spamd)

    assert not outage.value.is_silent


@pytest.mark.parametrize("answer", [b"", b"stream: broken ERROR\0", b"\xff\0", b"OK\0"])
def test_what_clamd_should_not_say_is_an_outage(fake_clamd, answer):
    fake_clamd.answer = answer

    with pytest.raises(ScannerDown, match="its log says why"):
        ask_clamd(fake_clamd)


@pytest.mark.parametrize(("name", "ask"), [("spamd", ask_spamd), ("clamd", ask_clamd)])
def test_silence_ends_after_its_time(request, name, ask):
    fake = request.getfixturevalue(f"fake_{name}")
    fake.delay = 60
    begun = time.monotonic()

    with pytest.raises(ScannerDown, match=r"took longer than 0\.2 s") as outage:
        ask(fake)

    assert outage.value.is_silent
    assert time.monotonic() - begun < 30


def test_nobody_there_is_an_outage():
    place = Place.parse("SPAMD_URL", f"spamd://127.0.0.1:{free_port()}", "spamd")

    with pytest.raises(ScannerDown, match=r"does not answer .* is it running\?"):
        spamd.Spamd(place).ping()


@pytest.mark.parametrize(
    "url",
    [
        *("clamd://", "clamd://host", "clamd://:3310", "spamd://host:1", "clamd:relative"),
        *("clamd://host:1/path", "clamd://host:port", "//host:1", "clamd://[", "clamd:///"[:-1]),
    ],
)
def test_an_address_that_is_none_is_told(settings, url):
    settings.CLAMD_URL = url

    with pytest.raises(ImproperlyConfigured, match="CLAMD_URL"):
        clamd.clamd()


def test_a_socket_has_a_path(settings):
    settings.CLAMD_URL = "clamd:///run/clamav/clamd.ctl"

    assert str(clamd.clamd().place) == "clamd at /run/clamav/clamd.ctl"


def test_without_an_address_there_is_none(settings):
    settings.SPAMD_URL = settings.CLAMD_URL = ""

    assert (spamd.spamd(), clamd.clamd()) == (None, None)


def test_long_sayings_are_read_and_the_text_of_the_message_is_not(fake_spamd):
    body = (
        b"Content preview:  ---- ---------------------- -------------------------\n"
        b"    9.0 FORGED hello\n\n"
        b" pts rule name              description\n"
        b"---- ---------------------- --------------------------------------------------\n"
        b"-0.0 SPF_PASS               SPF: sender matches SPF record\n"
        b" 2.5 URIBL_X                Contains an URL\n"
        b"                            [URIs: far.example]\n\n"
    )
    fake_spamd.answer = b"SPAMD/1.1 0 EX_OK\r\nSpam: False ; 2.5 / 5.0\r\n\r\n" + body
    place = Place.parse("SPAMD_URL", fake_spamd.url, "spamd")

    score = spamd.Spamd(place).score([b"x"], user=USER)

    assert score.points == Decimal("2.5")
    assert [(rule.name, rule.says) for rule in score.rules] == [
        ("SPF_PASS", "SPF: sender matches SPF record"),
        ("URIBL_X", "Contains an URL [URIs: far.example]"),
    ]
