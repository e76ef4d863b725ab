#!/bin/bash
# A private Dovecot on loopback: LMTP on $DOVECOT_LMTP_PORT, Maildir below $WORK/mail for u0 to u199 in $DOMAIN. As root.
#   dovecot.sh none|redirect|vacation|stop     redirect, vacation: each mailbox has a Sieve script with `redirect :copy` or `vacation`
set -euo pipefail
. "$(dirname "$0")/env.sh"
DOVECOT_LMTP_PORT=${DOVECOT_LMTP_PORT:-8724}; SINK_PORT=${SINK_PORT:-8725}; BOXES=${BOXES:-200}
D=$WORK/dovecot
mkdir -p "$D"/{run,state} "$WORK/log"
if [ -f "$D/run/master.pid" ]; then
  pid=$(cat "$D/run/master.pid")
  kill "$pid" 2>/dev/null && while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
fi
MODE=${1:-none}
if [ "$MODE" = stop ]; then exit; fi

rm -rf "$WORK/mail"
cat > "$D/dovecot.conf" <<C
base_dir = $D/run
state_dir = $D/state
log_path = $WORK/log/dovecot.log
protocols = lmtp
listen = 127.0.0.1
ssl = no
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
mail_fsync = ${FSYNC:-optimized}
hostname = peers.test
postmaster_address = postmaster@$DOMAIN
submission_host = 127.0.0.1:$SINK_PORT
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=mail gid=mail home=$WORK/mail/%d/%n
}
service lmtp {
  process_limit = 100
  inet_listener lmtp {
    address = 127.0.0.1
    port = $DOVECOT_LMTP_PORT
  }
}
protocol lmtp {
  mail_plugins = sieve
}
plugin {
  sieve = file:~/sieve;active=~/.dovecot.sieve
}
C
for i in $(seq 0 $((BOXES-1))); do
  home=$WORK/mail/$DOMAIN/u$i
  mkdir -p "$home"
  case $MODE in
    redirect) script='require ["copy"];
redirect :copy "copy@other.test";' ;;
    vacation) script="require [\"vacation\"];
vacation :days 7 :subject \"Out of office\" :addresses [\"u$i@$DOMAIN\"] \"I am away until Monday. For urgent matters call the desk.\";" ;;
    *) script= ;;
  esac
  if [ -n "$script" ]; then
    mkdir -p "$home/sieve"
    printf '%s\n' "$script" > "$home/sieve/main.sieve"
    ln -sf sieve/main.sieve "$home/.dovecot.sieve"
  fi
done
chown -R mail:mail "$WORK/mail"
dovecot -c "$D/dovecot.conf"
sleep 1
