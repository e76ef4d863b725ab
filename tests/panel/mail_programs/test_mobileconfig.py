"""Apple's profile: complete, without a password, signed, and silent. Proves G23."""

import plistlib
import subprocess
from datetime import UTC, datetime

import pytest
from django.test import Client

from mailhost import certificate
from tests.make import PASSWORD

PATH = "/mail-programs/apple.mobileconfig"

pytestmark = pytest.mark.django_db


def ask(email="alice@example.com"):
    return Client().get(PATH, {"email": email}, secure=True)


@pytest.fixture(autouse=True)
def ours(open_doors, alice):
    """alice@example.com exists."""


def test_the_profile_sets_mail_up():
    answer = ask()

    assert (answer.status_code, answer["Content-Type"]) == (
        200,
        "application/x-apple-aspen-config",
    )
    profile = plistlib.loads(answer.content)
    (mail,) = profile.pop("PayloadContent")
    assert (profile["PayloadType"], profile["PayloadVersion"]) == ("Configuration", 1)
    assert profile["PayloadDisplayName"] == "Dove & <Cote>: alice@example.com"
    ids = ("PayloadUUID", "PayloadIdentifier")
    assert all(profile[name] != mail[name] for name in ids)
    assert {name: value for name, value in mail.items() if name not in ids} == {
        "PayloadType": "com.apple.mail.managed",
        "PayloadVersion": 1,
        "PayloadDisplayName": "alice@example.com",
        "EmailAccountDescription": "alice@example.com",
        "EmailAccountType": "EmailTypeIMAP",
        "EmailAddress": "alice@example.com",
        "IncomingMailServerHostName": "imap.provider.example",
        "IncomingMailServerPortNumber": 993,
        "IncomingMailServerUseSSL": True,
        "IncomingMailServerAuthentication": "EmailAuthPassword",
        "IncomingMailServerUsername": "alice@example.com",
        "OutgoingMailServerHostName": "smtp.provider.example",
        "OutgoingMailServerPortNumber": 2465,
        "OutgoingMailServerUseSSL": True,
        "OutgoingMailServerAuthentication": "EmailAuthPassword",
        "OutgoingMailServerUsername": "alice@example.com",
        "OutgoingPasswordSameAsIncomingPassword": True,
    }


def test_there_is_no_password_in_it(as_alice):
    content = as_alice.get(PATH, {"email": "alice@example.com"}).content

    assert PASSWORD.encode() not in content
    assert b"IncomingPassword</key>" in content  # the word that says it is the same for sending
    assert b"<key>IncomingPassword</key>" not in content
    assert b"<key>OutgoingPassword</key>" not in content


def test_it_is_the_same_each_time_so_that_a_newer_one_takes_its_place():
    assert ask().content == ask("ALICE@example.com").content


def test_it_is_the_same_for_who_exists_and_who_does_not():
    there, not_there = plistlib.loads(ask().content), plistlib.loads(ask("bob@example.com").content)

    for profile in (there, not_there):
        for part in (profile, profile["PayloadContent"][0]):
            del part["PayloadUUID"], part["PayloadIdentifier"]
    assert str(there).replace("alice", "bob") == str(not_there)


@pytest.mark.parametrize("email", ["alice@elsewhere.example", "alice", "", "a@b@example.com", "\0"])
def test_for_others_there_is_none(email):
    assert ask(email).status_code == 404


def test_it_is_signed_where_there_is_a_certificate(settings, tmp_path):
    unsigned = ask().content
    chain, key = certificate.ensure(tmp_path, datetime.now(UTC))
    settings.PROFILE_CERTIFICATE, settings.PROFILE_KEY = str(chain), str(key)

    (tmp_path / "signed").write_bytes(ask().content)

    checked = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-inform", "DER", "-in", tmp_path / "signed"),
            *("-CAfile", chain, "-purpose", "any"),
        ],
        capture_output=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout) == (0, unsigned), checked.stderr


def test_a_certificate_that_cannot_be_read_leaves_it_unsigned(settings, caplog):
    unsigned = ask().content
    settings.PROFILE_CERTIFICATE = settings.PROFILE_KEY = "/nowhere"

    assert ask().content == unsigned
    assert "Configuration profiles are not signed" in caplog.text


def test_a_server_with_pop3_alone_is_set_up_for_that(settings):
    settings.IMAP_URL = ""

    (mail,) = plistlib.loads(ask().content)["PayloadContent"]

    said = mail["EmailAccountType"], mail["IncomingMailServerPortNumber"]
    assert said == ("EmailTypePOP", 2110)
