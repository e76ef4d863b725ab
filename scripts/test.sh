#!/bin/sh
# Check everything, from a fresh clone on. Ends at the first section that fails.
set -eu
cd "$(dirname "$0")/.."
VENV=${VENV:-.venv}
bin=$VENV/bin
scratch=$(mktemp -d)
title=

section() {
  title=$1
  printf '\n=== %s\n' "$title"
}
end() {
  status=$?
  rm -rf "$scratch"
  if [ $status -ne 0 ]; then
    printf '\n=== FAILED: %s\n' "$title" >&2
  fi
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Settings for what reads the code alone: no database is there, and none is asked.
code() {
  PANEL_VAR="$scratch" DATABASE_URL=postgres://nobody@/none HSTS_SECONDS=31536000 \
    SECRET_KEY=$("$bin/python" -c 'import secrets; print(secrets.token_urlsafe(50))') "$@"
}

section "Set-up"
scripts/setup.sh test
left_out=
without=
leave_out() {
  without="${without:+$without and }not $1"
  left_out="$left_out
Left out: $2."
}
if ! command -v chromium >/dev/null; then
  if ! scripts/debian.sh chromium fonts-dejavu-core; then
    leave_out browser "the tests in a real browser: Chromium is not installed"
  fi
fi
scripts/mailhost.sh || true # what is missing is said next
if ! why=$("$bin/python" -m tests.dovecot); then
  leave_out mailhost "the tests with the real mail servers: $why"
fi
if ! why=$("$bin/python" -m tests.mailhost.network 2>&1); then
  left_out="$left_out
Left out: the tests of a mail host on several machines: $why."
fi
if ! { command -v certbot && command -v pebble; } >/dev/null; then
  if ! scripts/debian.sh certbot pebble; then
    left_out="$left_out
Left out: the test that a certificate is signed: certbot and pebble are not installed."
  fi
fi
"$bin/python" --version

section "Lint (ruff)"
"$bin/ruff" check .
"$bin/ruff" format --check .

section "Templates (djade)"
find . -path "./$VENV" -prune -o -path ./benchmarks/peers -prune -o \
  -path '*/templates/*' -name '*.html' -print0 | xargs -0 "$bin/djade" --target-version 5.2 --check

section "Types (mypy)"
code "$bin/mypy"

section "Layers (import-linter)"
code "$bin/lint-imports" --no-logo

section "Migrations"
code "$bin/python" -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

section "Settings of a live host"
code "$bin/python" manage.py check --deploy --fail-level WARNING

section "Translations"
"$bin/python" -m panel.translations check

section "Tests"
if [ -n "$without" ]; then
  set -- -m "$without"
fi
# By file: the mail host is started once for all tests of its file.
"$bin/python" -m pytest -n "${TEST_PROCESSES:-2}" --dist loadfile --durations=10 "$@"
if [ -n "$left_out" ]; then
  printf '%s\n' "$left_out"
fi
