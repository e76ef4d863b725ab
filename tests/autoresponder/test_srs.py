"""Senders that this host rewrote, undone as postsrsd would. Proves G45 (to whom)."""

from datetime import UTC, datetime, timedelta

import pytest

from autoresponder.srs import undone

# What postsrsd 1.10 made of these with the secret below, on 25 November 2026.
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MADE = "SRS0=tvL2=JO=Far.example=Carol.X@srs.example.test"
TWICE = "SRS1=xUGz=other.example==abcd=XX=dom.example=u@srs.example.test"


@pytest.fixture(autouse=True)
def secret(settings):
    settings.SRS_DOMAIN, settings.SRS_SECRETS = "srs.example.test", ["a-secret"]


@pytest.mark.parametrize(
    ("sender", "before"),
    [
        (MADE, "Carol.X@Far.example"),
        (MADE.lower(), "carol.x@far.example"),
        (MADE.replace("SRS0=", "SRS0+"), "Carol.X@Far.example"),
        (TWICE, "SRS0=abcd=XX=dom.example=u@other.example"),
    ],
)
def test_our_own_are_undone(sender, before):
    assert undone(sender, NOW) == before


@pytest.mark.parametrize(
    "sender",
    [
        MADE.replace("tvL2", "tvL3"),
        MADE.replace("tvL2", "tv"),
        MADE.replace("Carol.X", "Mallory"),
        MADE.replace("srs.example.test", "elsewhere.example"),
        TWICE.replace("other", "evil"),
        "SRS0=tvL2=J=Far.example=Carol.X@srs.example.test",
        "SRS0=@srs.example.test",
        "carol@srs.example.test",
        "carol@far.example",
        "",
    ],
)
def test_all_others_stand_as_they_are(sender):
    assert undone(sender, NOW) == sender


def test_what_is_too_old_is_not_undone():
    assert undone(MADE, NOW + timedelta(days=21)) != MADE
    assert undone(MADE, NOW + timedelta(days=22)) == MADE


def test_what_an_older_secret_made_is_undone_too(settings):
    settings.SRS_SECRETS = ["a-new-secret", "a-secret"]

    assert undone(MADE, NOW) == "Carol.X@Far.example"
    assert undone(TWICE, NOW) == "SRS0=abcd=XX=dom.example=u@other.example"


def test_what_a_forgotten_secret_made_stands(settings):
    settings.SRS_SECRETS = ["a-new-secret"]

    assert undone(MADE, NOW) == MADE


def test_without_a_secret_everything_stands(settings):
    settings.SRS_SECRETS = []

    assert undone(MADE, NOW) == MADE
