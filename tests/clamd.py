"""A private clamd, the real one, configured as the mail host's is. It knows EICAR's test virus.

clamd = Clamd()
clamd.start()
... settings.CLAMD_URL = clamd.url
clamd.remove()
"""

from __future__ import annotations

from pathlib import Path

from mailhost import rendering, scanners
from tests.private_server import PrivateServer

# In halves, so that no scanner takes this file for a virus.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FOUND = "Eicar-Test-Signature.UNOFFICIAL"


def left_out() -> str:
    """Why it cannot run here; empty where it can."""
    return "" if Path("/usr/sbin/clamd").exists() else "not installed: /usr/sbin/clamd"


class Clamd(PrivateServer):
    """It answers at `url`. `log()` has what it wrote."""

    name = "clamd"
    question = b"nPING\n"
    answer = b"PONG"

    def __init__(self, *, scan_limit: int = 1_000_000) -> None:
        super().__init__()
        for folder in ("etc", "home"):
            (self.home / folder).mkdir()
        values = {
            "private_address": "127.0.0.1",
            "clamd_port": self.port,
            "clamd_home": self.home / "home",
            "signatures": self.home / "etc",
            "scan_limit": scan_limit,
        }
        for name, text in rendering.texts("clamd", values).items():
            (self.home / "etc" / name).write_text(text)

    def command(self) -> list[str]:
        return scanners.clamd_command(self.home)
