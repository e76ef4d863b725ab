#!/bin/sh
# What a mail host needs beside Python: Debian's servers, not started, and the panel's user.
# Usage: scripts/mailhost.sh    Fails quietly where it is not root on Debian.
set -eu
cd "$(dirname "$0")/.."
python=${VENV:-.venv}/bin/python
[ "$(id -u)" = 0 ] && grep -qs '^ID=debian$' /etc/os-release || exit 1

packages=$("$python" -m mailhost.packages)
if [ -n "$packages" ]; then
  # Their questions, answered: we bring our own configuration and certificate.
  debconf-set-selections <<END
postfix postfix/main_mailer_type select No configuration
dovecot-core dovecot-core/create-ssl-cert boolean false
clamav-freshclam clamav-freshclam/autoupdate_freshclam select manual
roundcube-core roundcube/dbconfig-install boolean false
END
  # shellcheck disable=SC2086 - several words are wanted
  scripts/debian.sh $packages
fi
user=$("$python" -c 'from mailhost.packages import USER; print(USER)')
if ! id "$user" >/dev/null 2>&1; then
  useradd --system --user-group --home-dir /nonexistent --shell /usr/sbin/nologin "$user"
fi
