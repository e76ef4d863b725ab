"""Print what pyproject.toml asks for: `requirements.py run|test`."""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = {"run": ["embedded"], "test": ["embedded", "dev"]}[sys.argv[1]]
lines = [*project["dependencies"]]
for extra in extras:
    lines += project["optional-dependencies"][extra]
sys.stdout.write("\n".join(lines) + "\n")
