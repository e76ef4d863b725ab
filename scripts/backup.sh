#!/bin/sh
# Save a mail host into a new folder below DIRECTORY, named by the time, and keep the newest ones.
# Usage: scripts/backup.sh save DIRECTORY [HOW-MANY]
#        scripts/backup.sh restore DIRECTORY/TIME
# As root; `restore` where there is no host yet, with PANEL_VAR and DATABASE_URL as before.
set -eu
cd "$(dirname "$0")/.."
python=${VENV:-.venv}/bin/python
case "${1-} $#" in
"save 2" | "save 3")
  directory=$2 keep=${3:-14}
  mkdir -p "$directory"
  chmod 700 "$directory"
  "$python" manage.py backup save "$directory/$(date -u +%Y%m%d-%H%M%S)"
  find "$directory" -mindepth 1 -maxdepth 1 -type d -name '*-*' ! -name '*.unfinished' |
    sort -r | tail -n +"$((keep + 1))" | xargs -r rm -rf --
  ;;
"restore 2") exec "$python" manage.py backup restore "$2" ;;
*)
  sed -n '2,5s/^# //p' "$0" >&2
  exit 2
  ;;
esac
