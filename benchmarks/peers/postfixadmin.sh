#!/bin/bash
# PostfixAdmin from Debian's package, unpacked rather than installed, under php-fpm and nginx on loopback, with a
# PostgreSQL of its own. As root; `postfixadmin.sh stop` ends all three.
set -euo pipefail
. "$(dirname "$0")/env.sh"
mkdir -p "$WORK"/{run,log}
cd "$WORK"

stop() {
  for pid in run/nginx.pid run/php-fpm.pid; do [ -f $pid ] && kill "$(cat $pid)" 2>/dev/null || true; done
  if [ -f pg/data/postmaster.pid ]; then as_pg "$PGBIN/pg_ctl" -D "$WORK/pg/data" -m fast stop >/dev/null || true; fi
}
if [ "${1:-start}" = stop ]; then stop; exit; fi
stop

if [ ! -d pg/data ]; then
  mkdir -p pg; chown "$PGOSUSER" pg
  as_pg "$PGBIN/initdb" -D "$WORK/pg/data" -U "$PGOSUSER" -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
  printf "port=%s\nlisten_addresses='127.0.0.1'\nunix_socket_directories='%s'\n" "$PGPORT" "$WORK/pg" >> pg/data/postgresql.conf
fi
as_pg "$PGBIN/pg_ctl" -D "$WORK/pg/data" -l "$WORK/pg/log" -w start >/dev/null

[ -d package ] || { apt-get download -qq postfixadmin; dpkg-deb -x postfixadmin_*.deb package; }
[ -d pfa ] || cp -a package/usr/share/postfixadmin pfa
rm -rf pfa/config.inc.php pfa/config.local.php pfa/templates_c
mkdir -p pfa/templates_c run/php-sessions
sed -e "s#require_once('dbconfig.inc.php');##" -e 's/^\$CONF\[.database_\(type\|host\|user\|password\|name\).\] = \$db.*$//' \
  package/etc/postfixadmin/config.inc.php > pfa/config.inc.php
cat > pfa/config.local.php <<C
<?php
\$CONF['configured'] = true;
\$CONF['database_type'] = 'pgsql'; \$CONF['database_host'] = '127.0.0.1'; \$CONF['database_port'] = '$PGPORT';
\$CONF['database_user'] = '$PGOSUSER'; \$CONF['database_password'] = 'x'; \$CONF['database_name'] = 'postfixadmin';
\$CONF['encrypt'] = 'md5crypt';
\$CONF['emailcheck_resolve_domain'] = 'NO';
\$CONF['aliases'] = '0'; \$CONF['mailboxes'] = '0'; \$CONF['quota'] = 'NO'; \$CONF['domain_quota'] = 'NO';
\$CONF['password_validation'] = array(); \$CONF['password_expiration'] = 'NO'; \$CONF['fetchmail'] = 'NO';
C
psqlq -d postgres -Atc "select 1 from pg_database where datname='postfixadmin'" | grep -q 1 || psqlq -d postgres -c 'create database postfixadmin'
chown -R www-data pfa/templates_c run/php-sessions

cat > run/php-fpm.conf <<C
[global]
pid = $WORK/run/php-fpm.pid
error_log = $WORK/log/php-fpm.log
[www]
user = www-data
group = www-data
listen = 127.0.0.1:$PFA_FPM_PORT
pm = static
pm.max_children = $PFA_CHILDREN
php_admin_value[session.save_path] = $WORK/run/php-sessions
php_admin_value[opcache.enable] = 1
C
cat > run/nginx.conf <<C
worker_processes 1; pid $WORK/run/nginx.pid; error_log $WORK/log/nginx-error.log; user www-data;
events { worker_connections 512; }
http {
  include /etc/nginx/mime.types; access_log off; keepalive_requests 1000000;
  client_body_temp_path $WORK/run/nb; proxy_temp_path $WORK/run/np; fastcgi_temp_path $WORK/run/nf; uwsgi_temp_path $WORK/run/nu; scgi_temp_path $WORK/run/ns;
  server { listen 127.0.0.1:$PFA_PORT; root $WORK/pfa/public; index index.php;
    location ~ \.php\$ { include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name; fastcgi_pass 127.0.0.1:$PFA_FPM_PORT; }
  }
}
C
"$(ls /usr/sbin/php-fpm* | tail -n 1)" -y run/php-fpm.conf
nginx -c "$WORK/run/nginx.conf" -e "$WORK/log/nginx-error.log"
sleep 1
curl -s "http://127.0.0.1:$PFA_PORT/upgrade.php" >/dev/null
# One domain and 1,000 mailboxes, each with the alias to itself that PostfixAdmin gives it.
HASH=$(openssl passwd -1 "$PASSWORD")
psqlq -d postfixadmin <<SQL
insert into domain(domain, transport) values ('$DOMAIN', 'virtual') on conflict do nothing;
insert into mailbox(username, password, name, maildir, quota, domain, local_part)
  select 'u'||i||'@$DOMAIN', '$HASH', 'User '||i, '$DOMAIN/u'||i||'/', 0, '$DOMAIN', 'u'||i from generate_series(0, 999) i
  on conflict do nothing;
insert into alias(address, goto, domain)
  select 'u'||i||'@$DOMAIN', 'u'||i||'@$DOMAIN', '$DOMAIN' from generate_series(0, 999) i on conflict do nothing;
analyze;
SQL
