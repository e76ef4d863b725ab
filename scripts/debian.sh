#!/bin/sh
# Install Debian packages, without starting the services that they bring.
# Usage: scripts/debian.sh PACKAGE...    Fails quietly where it is not root on Debian.
set -eu
[ "$(id -u)" = 0 ] && grep -qs '^ID=debian$' /etc/os-release || exit 1

# Debian asks this program before it starts a service; 101 means "no".
policy=/usr/sbin/policy-rc.d
before=$policy.before-pigeonnier

restore() {
  rm -f "$policy"
  if [ -e "$before" ] || [ -L "$before" ]; then
    mv "$before" "$policy"
  fi
}
trap restore EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ -e "$before" ] || [ -L "$before" ]; then
  restore # an earlier run was killed in the middle
fi
if [ -e "$policy" ] || [ -L "$policy" ]; then
  mv "$policy" "$before"
fi
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

echo "Installing Debian packages: $* ..."
export DEBIAN_FRONTEND=noninteractive
apt-get -qq -o DPkg::Lock::Timeout=300 update
apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" >/dev/null
