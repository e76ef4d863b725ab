"""The units of systemd: well-formed, and with few rights."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

UNITS = Path(settings.BASE_DIR) / "systemd"
# Out of 100; systemd calls up to 50 "OK", and a service that is not hardened at all has 96.
EXPOSURE = 50

needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed"
)


@pytest.fixture
def installed(tmp_path) -> list[Path]:
    """The units as they are on a machine whose /opt/pigeonnier is this checkout."""
    for unit in UNITS.iterdir():
        text = unit.read_text().replace("/opt/pigeonnier", str(settings.BASE_DIR))
        # Whatever the virtual environment of this run is called.
        python = f"{settings.BASE_DIR}/.venv/bin/python"
        (tmp_path / unit.name).write_text(text.replace(python, "/usr/bin/python3"))
    return sorted(tmp_path.iterdir())


@needs_systemd
def test_systemd_understands_every_line(installed):
    said = subprocess.run(
        ["systemd-analyze", "verify", *map(str, installed)],
        capture_output=True,
        text=True,
        check=False,
    )

    ours = [line for line in said.stderr.splitlines() if "pigeonnier" in line]
    assert (said.returncode, ours) == (0, [])


@needs_systemd
@pytest.mark.parametrize("name", sorted(unit.name for unit in UNITS.glob("*.service")))
def test_a_service_may_do_little(installed, name):
    (unit,) = (unit for unit in installed if unit.name == name)

    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", f"--threshold={EXPOSURE}", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stdout


def test_every_file_that_a_unit_calls_is_there():
    called = [
        word
        for unit in UNITS.glob("*.service")
        for line in unit.read_text().splitlines()
        if line.startswith(("Exec", "Documentation=file:"))
        for word in line.replace("file:", " ").replace("=", " ").split()
        if word.startswith("/opt/pigeonnier/") and ".venv" not in word
    ]

    assert called
    assert [word for word in called if not (UNITS.parent / word[16:]).exists()] == []


def test_certbot_may_write_its_folders_before_they_are_there():
    unit = (UNITS / "pigeonnier-certificates.service").read_text().splitlines()

    for kind in ("Configuration", "State", "Logs"):
        assert f"{kind}Directory=letsencrypt" in unit


def test_a_timer_that_finds_no_certbot_says_what_to_type_and_installs_nothing(tmp_path):
    for program in ("sh", "dirname"):
        (tmp_path / program).symlink_to(shutil.which(program))

    said = subprocess.run(
        [tmp_path / "sh", "scripts/certificates.sh"],
        cwd=settings.BASE_DIR,
        env={"PATH": str(tmp_path), "PROVIDER_CONTACT": "postmaster@host.example"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "certbot is not installed: apt install certbot\n"


def test_installation_and_upgrade_both_install_the_units():
    text = (UNITS.parent / "docs/install.md").read_text()
    install, upgrade = text.split("## Upgrade")

    for chapter in (install, upgrade):
        assert "cp systemd/* /etc/systemd/system/ && systemctl daemon-reload" in chapter


def test_each_unit_is_found_in_the_journal_by_its_name():
    for unit in UNITS.glob("*.service"):
        assert f"SyslogIdentifier={unit.stem}" in unit.read_text().splitlines()
