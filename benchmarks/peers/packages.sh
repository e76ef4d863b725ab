#!/bin/bash
# Debian packages for the benchmarks, with service start denied while they are installed. As root.
set -euo pipefail
policy=/usr/sbin/policy-rc.d
if [ -e $policy ]; then mv $policy $policy.kept; fi
restore() { rm -f $policy; if [ -e $policy.kept ]; then mv $policy.kept $policy; fi; }
trap restore EXIT
printf '#!/bin/sh\nexit 101\n' > $policy
chmod +x $policy
export DEBIAN_FRONTEND=noninteractive
apt-get -o DPkg::Lock::Timeout=300 update -qq
apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@"
