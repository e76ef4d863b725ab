"""The web server of the embedded form: gunicorn over TLS."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from mailhost import certificate

# More threads only take turns at one interpreter, and every page waits longer.
WORKERS, THREADS = 2, 3


def ensure_certificate() -> tuple[Path, Path]:
    """The certificate and its key: those that are given, or our own, made on the first run."""
    given = Path(settings.TLS_CERTIFICATE), Path(settings.TLS_KEY)
    if settings.TLS_CERTIFICATE and all(file.exists() for file in given):
        return given
    return certificate.ensure(settings.VAR / "tls", datetime.now(UTC), settings.PRIVATE_ADDRESS)


def web_command(hosts: list[str], chain: Path, key: Path) -> list[str]:
    """How gunicorn is called."""
    module, _, name = settings.WSGI_APPLICATION.rpartition(".")
    binds = [
        f"--bind=[{host}]:{settings.PANEL_PORT}"
        if ":" in host
        else f"--bind={host}:{settings.PANEL_PORT}"
        for host in hosts
    ]
    # Heartbeats are files: in memory where that is possible, or a slow disk looks like a hang.
    memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes a private file in it
    return [
        *(sys.executable, "-m", "gunicorn", f"{module}:{name}", *binds),
        *(f"--certfile={chain}", f"--keyfile={key}"),
        *(
            "--worker-class=mailhost.web_worker.PatientWorker",
            f"--workers={WORKERS}",
            f"--threads={THREADS}",
        ),
        *("--graceful-timeout=5", "--log-level=warning", "--no-control-socket"),
        *([f"--worker-tmp-dir={memory}"] if memory.is_dir() else []),
        "--forwarded-allow-ips=",  # no proxy stands before it
    ]
