"""A new secret stands first, and those before it are known for as long as they are needed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from mailhost import environment, srs
from mailhost.programs import NotStarted

TODAY = date(2026, 11, 25)


@pytest.fixture
def secrets(tmp_path) -> Path:
    """Of a mail host that has never renewed anything."""
    (tmp_path / "mailhost").mkdir()
    file = tmp_path / "mailhost" / "secrets"
    environment.write_lines(file, {"SRS_SECRET": "first", "WEBMAIL_KEY": "kept"})
    return file


def usable(secrets: Path, today: date) -> tuple[str, ...]:
    return srs.usable(environment.read_lines(secrets), today)


def test_the_new_one_stands_first_and_the_old_one_as_long_as_its_addresses_are_good(secrets):
    assert usable(secrets, TODAY) == ("first",)

    assert srs.renew(secrets, TODAY) == TODAY + timedelta(days=22)

    new, *old = usable(secrets, TODAY + timedelta(days=21))
    assert (len(new), old) == (48, ["first"])
    assert usable(secrets, TODAY + timedelta(days=22)) == (new,)
    assert environment.read_lines(secrets)["WEBMAIL_KEY"] == "kept"
    assert secrets.stat().st_mode & 0o777 == 0o600


def test_several_are_known_where_renewing_is_frequent_and_the_oldest_are_forgotten(secrets):
    srs.renew(secrets, TODAY)
    second = usable(secrets, TODAY)[0]

    later = TODAY + timedelta(days=10)
    srs.renew(secrets, later)
    assert usable(secrets, later)[1:] == (second, "first")
    srs.renew(secrets, TODAY + timedelta(days=40))

    assert "first" not in secrets.read_text()
    assert second not in secrets.read_text()


def test_a_machine_that_is_told_its_secrets_is_told_all_of_them():
    assert srs.usable({"SRS_SECRET": "new,old"}, TODAY) == ("new", "old")


def test_the_command_does_not_change_what_the_environment_says(secrets, settings, monkeypatch):
    settings.VAR = secrets.parent.parent
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setenv("SRS_SECRET", "one")

    with pytest.raises(CommandError, match="SRS_SECRET is set in the environment"):
        call_command("new_srs_secret")


def test_what_was_written_by_hand_and_cannot_be_read_is_told(secrets):
    with pytest.raises(NotStarted, match="SRS_OLD_SECRETS is not of the form"):
        srs.usable({"SRS_SECRET": "x", "SRS_OLD_SECRETS": "y"}, TODAY)


def test_the_command_says_until_when_the_old_one_is_good(secrets, settings, capsys, monkeypatch):
    settings.VAR = secrets.parent.parent
    monkeypatch.setattr("os.geteuid", lambda: 0)
    now = datetime(2026, 11, 25, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    call_command("new_srs_secret")

    assert "is good until 2026-12-17." in capsys.readouterr().out
    assert usable(secrets, TODAY)[0] != "first"


@pytest.mark.parametrize(("uid", "says"), [(0, "There is no mail host"), (1, "belongs to root")])
def test_the_command_is_for_root_where_there_is_a_mail_host(
    tmp_path, settings, monkeypatch, uid, says
):
    settings.VAR = tmp_path
    monkeypatch.setattr("os.geteuid", lambda: uid)

    with pytest.raises(CommandError, match=says):
        call_command("new_srs_secret")
