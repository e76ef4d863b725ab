"""What an installation must know before Django can start: made on the first run, then kept.

`var/environment` holds `NAME=value` lines that the settings read; what is in the process's own
environment wins. Whoever runs the panel may add lines.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

from mailhost import postgres
from mailhost.programs import NotStarted

CHECKOUT = Path(__file__).resolve().parent.parent


def var_folder() -> Path:
    """Where this installation keeps everything that is not code."""
    return Path(os.environ.get("PANEL_VAR") or CHECKOUT / "var").resolve()


def prepare_or_exit() -> None:
    """Prepare the installation's folder, or end with a sentence that says what is in the way."""
    try:
        prepare(var_folder())
    except (NotStarted, OSError) as error:
        sys.exit(f"Pigeonnier cannot start: {error}")


def prepare(var: Path) -> None:
    """Write what is missing: the secret key, and what the embedded database needs."""
    if not var.is_dir():
        # As root, the database's user must pass through; it cannot list what is there.
        var.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True)
    file = var / "environment"
    lines = read_lines(file)
    wanted = {"SECRET_KEY": secrets.token_urlsafe(50)} | lines
    if "DATABASE_URL" not in os.environ and _is_embedded(lines.get("DATABASE_URL")):
        wanted["DATABASE_URL"] = postgres.Server(postgres.home_in(var)).url()
        # No mail server stands before us that sends a message again for days.
        wanted.setdefault("RESEND_WINDOW", "600")
    if wanted != lines:
        write_lines(file, wanted)


def embedded_server(var: Path, url: str) -> postgres.Server | None:
    """The server that `make run` has to start: none when `url` names another one."""
    if not (var / "postgres").is_dir():
        return None
    server = postgres.Server(postgres.home_in(var))
    return server if server.url() == url else None


def _is_embedded(url: str | None) -> bool:
    """Whether a line is ours to correct: there is none yet, or it names an embedded server."""
    return url is None or (url.startswith(f"postgres://{postgres.NAME}:") and "@/" in url)


def read_lines(file: Path) -> dict[str, str]:
    """The `NAME=value` lines of a file; none when there is no file."""
    if not file.exists():
        return {}
    pairs = (line.partition("=") for line in file.read_text().splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}


def write_lines(file: Path, lines: dict[str, str], owner: tuple[int, int] = (-1, -1)) -> None:
    """Replace the file as a whole, readable by its owner alone from its first byte on."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        os.fchown(descriptor, *owner)
        stream.writelines(f"{name}={value}\n" for name, value in lines.items())
    unfinished.replace(file)
