"""nginx, Debian's: it stands before the webmail, and on a live host before the panel too."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

NGINX = "/usr/sbin/nginx"


def command(folder: Path, *further: str) -> list[str]:
    """How it is called; `-t` for a look at its configuration alone."""
    own = folder / "nginx"
    # Its log is opened before the configuration is read.
    return [NGINX, "-e", "stderr", "-p", str(own), "-c", str(own / "etc/nginx.conf"), *further]


def version() -> str:
    """Such as 1.22.1."""
    said = subprocess.run([NGINX, "-v"], capture_output=True, text=True, check=False).stderr
    found = re.search(r"nginx/([0-9.]+)", said)
    return found[1] if found else "?"
