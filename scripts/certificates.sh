#!/bin/sh
# Have the certificate of a live mail host signed, or renewed when it is due. As root, while the
# host runs; to be called daily (systemd/pigeonnier-certificates.timer). What further arguments there
# are go to certbot, such as --server or --dry-run.
#
# The authority asks for a proof by HTTP at each name. A name that does not lead here yet is left out,
# and tried again the next time. The host notices a new certificate by itself.
set -eu
cd "$(dirname "$0")/.."
python=${VENV:-.venv}/bin/python
: "${PANEL_VAR:=var}" "${PROVIDER_CONTACT:?the address that the authority writes to}"
if ! command -v certbot >/dev/null; then
  echo "certbot is not installed: apt install certbot" >&2
  exit 1
fi
names=$("$python" manage.py mailhost --production --names)
exec certbot certonly --non-interactive --agree-tos --email "$PROVIDER_CONTACT" \
  --webroot --webroot-path "$(readlink -f "$PANEL_VAR")/mailhost/nginx/acme" \
  --cert-name pigeonnier --domains "$(echo "$names" | paste -sd, -)" --expand --keep-until-expiring \
  --allow-subset-of-names "$@"
