#!/bin/sh
# Make the virtual environment, or leave it alone when it is up to date.
# Usage: scripts/setup.sh run|test    ("test" adds what only development needs)
set -eu
cd "$(dirname "$0")/.."
purpose=$1
VENV=${VENV:-.venv}
stamp=$(cksum pyproject.toml constraints.txt)

is_current() {
  [ -x "$VENV/bin/python" ] && [ "$(cat "$VENV/installed-for-$1" 2>/dev/null)" = "$stamp" ]
}

# A Python that is new enough and can make virtual environments.
find_python() {
  for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
}

if is_current test || is_current "$purpose"; then
  exit 0
fi

if [ ! -x "$VENV/bin/python" ]; then
  python=$(find_python)
  if [ -z "$python" ] && scripts/debian.sh python3 python3-venv; then
    python=$(find_python)
  fi
  if [ -z "$python" ]; then
    echo "Python 3.11 or newer with its venv module is needed. On Debian: apt install python3-venv" >&2
    exit 1
  fi
  echo "Making the virtual environment in $VENV ..."
  "$python" -m venv "$VENV"
fi

echo "Installing Python packages ..."
"$VENV/bin/python" scripts/requirements.py "$purpose" >"$VENV/requirements.txt"
"$VENV/bin/python" -m pip install --quiet --disable-pip-version-check \
  --requirement "$VENV/requirements.txt" --constraint constraints.txt
echo "$stamp" >"$VENV/installed-for-$purpose"
