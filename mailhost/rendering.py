"""The servers' configurations, from the templates in `templates/`.

`@{name}` is replaced; `$`, which the servers use themselves, is left alone.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from pathlib import Path

from mailhost import host
from mailhost.programs import NotStarted

TEMPLATES = Path(__file__).parent / "templates"
# A blank, a quote or a line's end would say something else than meant.
_UNSAFE = re.compile(r"[\s\"'\\%#;]")


class Template(string.Template):
    """Knows `@{name}` alone: the servers' own languages are full of `$`, `%` and addresses."""

    pattern = r"@\{(?:(?P<braced>[a-z0-9_]+)\}|(?P<invalid>)|(?P<named>(?!))|(?P<escaped>(?!)))"  # type: ignore[assignment] # compiled by the base class


def render(folder: Path, server: str, values: Mapping[str, object], *, group: int) -> None:
    """Write all files of a server into its `etc`, readable by root and the server's group.

    Sieve and the programs that it calls are run as whoever owns the mail, and have no secrets.
    """
    etc = folder / server / "etc"
    for name, text in texts(server, values).items():
        if text.startswith("#!"):
            programs = etc / "programs"
            programs.mkdir(exist_ok=True)
            programs.chmod(0o755)
            host.write(programs / name, text, group=group, mode=0o755)
        else:
            mode = 0o644 if name.endswith(".sieve") else 0o640
            host.write(etc / name, text, group=group, mode=mode)


def texts(server: str, values: Mapping[str, object]) -> dict[str, str]:
    """All files of a server's configuration, by name. Several values in one are a line each."""
    told = {name: _plain(name, value) for name, value in values.items()}
    return {
        template.name: Template(template.read_text()).substitute(told)
        for template in sorted((TEMPLATES / server).iterdir())
    }


def _plain(name: str, value: object) -> str:
    lines = [str(one) for one in value] if isinstance(value, tuple) else [str(value)]
    if any(map(_UNSAFE.search, lines)):
        raise NotStarted(f"{name.upper()} is {value!r}, which a mail server cannot be told.")
    return "\n".join(lines)
