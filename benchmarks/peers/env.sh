# Where and how the peers run; every line may be overridden from the environment.
export WORK=${WORK:-$PWD/var/peers}                # everything they write
export PGBIN=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)}
export PGPORT=${PGPORT:-5470}
export PGOSUSER=${PGOSUSER:-postgres}
export PFA_PORT=${PFA_PORT:-8702}
export PFA_FPM_PORT=${PFA_FPM_PORT:-8703}
export PFA_CHILDREN=${PFA_CHILDREN:-2}
export DOMAIN=${DOMAIN:-example.test}
export PASSWORD=${PASSWORD:-Passw0rd-bench}
psqlq() { "$PGBIN/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$PGPORT" -U "$PGOSUSER" "$@"; }
as_pg() { setpriv --reuid="$PGOSUSER" --regid="$PGOSUSER" --init-groups env HOME="$WORK/pg" PATH="$PATH" "$@"; }
