"""What every spamd answers, the fake and the real one. Proves G25, G31."""

from decimal import Decimal

import pytest

from delivery.words import Rule
from mailaccounts.store import Learned
from spamfilter.link import Place
from spamfilter.spamd import Spamd
from tests.spamfilter.fakes import GTUBE

USER = "alice@example.com"
HEAD = b"From: Joe <joe@far.example>\r\nTo: alice@example.com\r\nSubject: Hello\r\n"
PLAIN = HEAD + b"Message-ID: <1@far.example>\r\n\r\nSee you tomorrow.\r\n"
SPAM = HEAD + b"Message-ID: <2@far.example>\r\n\r\n" + GTUBE + b"\r\n"


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.mailhost)])
def spamd(request: pytest.FixtureRequest, transactional_db) -> Spamd:
    server = request.getfixturevalue(f"{request.param}_spamd")
    return Spamd(Place.parse("SPAMD_URL", server.url, "spamd"))


def test_it_is_there(spamd):
    spamd.ping()


def test_points_are_given_with_their_rules(spamd):
    score = spamd.score([SPAM[:40], SPAM[40:]], user=USER)

    assert score.points > 990
    says = "BODY: Generic Test for Unsolicited Bulk Email"
    assert Rule("GTUBE", Decimal(1000), says) in score.rules
    assert score.points == score.points.quantize(Decimal("0.1"))


def test_a_plain_message_has_few(spamd):
    assert spamd.score([PLAIN], user=USER).points < 7


def test_teaching_and_forgetting_say_what_was_news(spamd):
    assert spamd.learn([PLAIN], Learned.SPAM, user=USER)
    assert not spamd.learn([PLAIN], Learned.SPAM, user=USER)
    assert spamd.learn([PLAIN], Learned.HAM, user=USER)
    assert spamd.learn([PLAIN], None, user=USER)
    assert not spamd.learn([PLAIN], None, user=USER)


@pytest.mark.parametrize("user", ["", "a b", "a@b\r\nSet: local", "é@example.com", "a" * 300])
def test_a_name_that_could_be_more_than_a_name_is_refused(spamd, user):
    with pytest.raises(ValueError, match="Not the name of an account"):
        spamd.score([PLAIN], user=user)
