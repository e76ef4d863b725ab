"""What every clamd answers, the fake and the real one. Proves G33."""

import pytest

from spamfilter.clamd import Clamd, TooLarge
from spamfilter.link import Place
from tests.clamd import EICAR, FOUND

HEAD = b"From: joe@far.example\r\nSubject: Hello\r\n\r\n"


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.mailhost)])
def clamd(request: pytest.FixtureRequest) -> Clamd:
    server = request.getfixturevalue(f"{request.param}_clamd")
    return Clamd(Place.parse("CLAMD_URL", server.url, "clamd"))


def test_it_is_there(clamd):
    clamd.ping()


def test_a_clean_message_has_no_virus(clamd):
    assert clamd.scan([HEAD, b"", b"Hello\r\n" * 100_000]) == ""


def test_a_virus_is_named(clamd):
    assert clamd.scan([HEAD, EICAR[:10], EICAR[10:]]) == FOUND


def test_an_empty_message_has_no_virus(clamd):
    assert clamd.scan([]) == ""


def test_what_is_too_large_for_it_is_said_to_be(clamd):
    with pytest.raises(TooLarge):
        clamd.scan([HEAD] + [b"x" * 1_000_000] * 60)
