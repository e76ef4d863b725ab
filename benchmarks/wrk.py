"""wrk, the load generator: one thread, a closed loop, one prepared request for each session."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPLAY = Path(__file__).parent / "peers" / "replay.lua"
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Load:
    """Answers a second, and how long half and 99 % of them took at most, in milliseconds."""

    rate: float
    p50: float
    p99: float
    bad: int


def get(base: str, path: str, cookies: list[str], *, connections: int, seconds: int) -> Load:
    """GET `path` again and again, each time as the next of the sessions in `cookies`."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as requests:
        requests.writelines(f"GET\t{path}\tCookie: {cookie}\t\n" for cookie in cookies)
        requests.flush()
        report = subprocess.run(
            [
                "wrk",
                "-t1",
                f"-c{connections}",
                f"-d{seconds}s",
                "--latency",
                "-s",
                str(REPLAY),
                base,
            ],
            env={**os.environ, "REQS": requests.name},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", report)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
    if rate is None:
        raise SystemExit(report)
    return Load(
        float(rate[1]), _time(report, "50%"), _time(report, "99%"), int(bad[1]) if bad else 0
    )


def _time(report: str, percentile: str) -> float:
    found = re.search(rf"\n\s+{percentile}\s+([\d.]+)(us|ms|s)", report)
    if found is None:
        raise SystemExit(report)
    return float(found[1]) * MILLISECONDS[found[2]]
