#!/bin/bash
# PostfixAdmin's vacation.pl, a Perl process for each message, as Postfix's pipe(8) runs it. As root.
#   packages.sh postgresql libdbd-pg-perl libemail-sender-perl libemail-valid-perl liblog-log4perl-perl libmime-encwords-perl
#   vacation.sh [MESSAGES] [AT ONCE]     its senders were answered before, so neither DNS nor SMTP is in the figure
set -euo pipefail
. "$(dirname "$0")/env.sh"
MESSAGES=${1:-60}; AT_ONCE=${2:-2}
mkdir -p "$WORK/vacation" "$WORK/pg"; cd "$WORK/vacation"
if [ ! -d "$WORK/pg/data" ]; then
  chmod 755 "$WORK"; chown "$PGOSUSER" "$WORK/pg"
  as_pg "$PGBIN/initdb" -D "$WORK/pg/data" -U "$PGOSUSER" -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
  printf "port=%s\nlisten_addresses='127.0.0.1'\nunix_socket_directories='%s'\n" "$PGPORT" "$WORK/pg" >> "$WORK/pg/data/postgresql.conf"
fi
as_pg "$PGBIN/pg_ctl" -D "$WORK/pg/data" -l "$WORK/pg/log" -w start >/dev/null
trap 'as_pg "$PGBIN/pg_ctl" -D "$WORK/pg/data" -m fast stop >/dev/null' EXIT
[ -f vacation.pl ] || { apt-get download -qq postfixadmin; dpkg-deb -x postfixadmin_*.deb package; cp package/usr/share/doc/postfixadmin/examples/VIRTUAL_VACATION/vacation.pl .; }
psqlq -d postgres -Atc "select 1 from pg_database where datname='vacation'" | grep -q 1 || psqlq -d postgres -c 'create database vacation'
psqlq -d vacation <<SQL
create table if not exists vacation (email text primary key, subject text, body text, active boolean, interval_time int,
  activefrom timestamptz, activeuntil timestamptz);
create table if not exists vacation_notification (on_vacation text, notified text, notified_at timestamptz default now(),
  primary key (on_vacation, notified));
create table if not exists alias (address text primary key, goto text);
create table if not exists alias_domain (alias_domain text, target_domain text);
insert into vacation values ('u0@$DOMAIN', 'Away', 'I am away.', true, 0, now() - interval '1 day', now() + interval '9 days') on conflict do nothing;
insert into vacation_notification values ('u0@$DOMAIN', 'bob@sender.test') on conflict do nothing;
insert into alias values ('u0@$DOMAIN', 'u0@$DOMAIN,u0#$DOMAIN@autoreply.$DOMAIN') on conflict do nothing;
SQL
cat > vacation.conf <<C
\$db_type='Pg'; \$db_host='127.0.0.1'; \$db_name='vacation;port=$PGPORT'; \$db_username='$PGOSUSER'; \$db_password='x';
\$vacation_domain='autoreply.$DOMAIN'; \$syslog=0; \$log_level=0; \$log_to_file=0;
1;
C
{ printf 'From: <bob@sender.test>\nTo: <u0@%s>\nSubject: hi\nMessage-ID: <1@sender.test>\n\n' "$DOMAIN"; head -c 3600 /dev/urandom | base64; } > message
started=$(date +%s.%N)
seq "$MESSAGES" | xargs -P "$AT_ONCE" -I{} sh -c "perl vacation.pl -f bob@sender.test -- 'u0#$DOMAIN@autoreply.$DOMAIN' < message 2>> errors || echo FAILED"
echo "vacation.pl: $MESSAGES messages, $AT_ONCE at once: $(echo "scale=1; $MESSAGES/($(date +%s.%N)-$started)" | bc) messages/s"
