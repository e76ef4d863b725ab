#!/bin/sh
# Resolve all dependencies in a fresh environment and write what was found to constraints.txt.
set -eu
cd "$(dirname "$0")/.."
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
"${PYTHON:-python3}" -m venv "$fresh"
"$fresh/bin/python" scripts/requirements.py test >"$fresh/requirements.txt"
"$fresh/bin/python" -m pip install --quiet --disable-pip-version-check -r "$fresh/requirements.txt"
{
  echo "# Written by 'make constraints': what the tests ran with. pyproject.toml says what is wanted."
  "$fresh/bin/python" -m pip freeze --disable-pip-version-check
} >constraints.txt
