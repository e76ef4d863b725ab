"""`var/environment`: made once, then kept."""

import pytest

from mailhost import environment


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    monkeypatch.delenv("DATABASE_URL")


def test_the_first_run_makes_it_for_its_owner_alone(folder):
    environment.prepare(folder / "var")

    file = folder / "var" / "environment"
    names = [line.partition("=")[0] for line in file.read_text().splitlines()]
    assert names == ["SECRET_KEY", "DATABASE_URL", "RESEND_WINDOW"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert (folder / "var").stat().st_mode & 0o066 == 0


def test_the_next_run_changes_nothing(folder):
    environment.prepare(folder)
    before = (folder / "environment").read_text()

    environment.prepare(folder)

    assert (folder / "environment").read_text() == before


def test_lines_of_ones_own_and_another_database_are_kept(folder):
    mine = "DATABASE_URL=postgres://me@db.example/panel\nRELAY_URL=smtp://mx.example\n"
    (folder / "environment").write_text(mine)

    environment.prepare(folder)

    lines = (folder / "environment").read_text().splitlines()
    assert lines[1:] == mine.splitlines()
    assert not (folder / "postgres").exists()


def test_the_embedded_server_is_ours_to_start_only_when_it_is_named(folder):
    environment.prepare(folder)
    lines = (folder / "environment").read_text().splitlines()

    assert environment.embedded_server(folder, lines[1].partition("=")[2]) is not None
    assert environment.embedded_server(folder, "postgres://me@db.example/panel") is None
