"""Debian's packages that a mail host is made of, and whether they are there.

`python -m mailhost.packages` prints those that are missing, of the parts in HOST_RUNS if it is set.
"""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Iterable
from glob import glob

from mailhost.programs import NotStarted

# Of each part of the host; each with a file that is there when the package is, whose name may hold
# a version.
PACKAGES = {
    "postfix": {
        "postfix": "/usr/lib/postfix/sbin/master",
        "postfix-pgsql": "/usr/lib/postfix/postfix-pgsql.so",
        "dovecot-pgsql": "/usr/lib/dovecot/modules/auth/libdriver_pgsql.so",
        "postsrsd": "/usr/sbin/postsrsd",
        "opendkim": "/usr/sbin/opendkim",
    },
    "dovecot": {
        "dovecot-imapd": "/usr/lib/dovecot/imap",
        "dovecot-pop3d": "/usr/lib/dovecot/pop3",
        "dovecot-lmtpd": "/usr/lib/dovecot/lmtp",
        "dovecot-sieve": "/usr/lib/dovecot/modules/lib90_sieve_plugin.so",
        "dovecot-pgsql": "/usr/lib/dovecot/modules/auth/libdriver_pgsql.so",
    },
    "scanners": {
        "spamd": "/usr/sbin/spamd",
        "libdbd-pg-perl": "/var/lib/dpkg/info/libdbd-pg-perl.list",  # for spamd's SQL
        "clamav-daemon": "/usr/sbin/clamd",
    },
    "delivery": {},
    "panel": {
        "roundcube-core": "/var/lib/roundcube/public_html/index.php",
        "roundcube-pgsql": "/usr/share/doc/roundcube-pgsql",
        "php-fpm": "/usr/sbin/php-fpm[0-9]*",
        "php-cli": "/usr/bin/php",
        "nginx-light": "/usr/sbin/nginx",
    },
}
# Who runs panel and delivery, and owns the mail. A name of our own: nobody else's files are near.
USER = "pigeonnier"
# Debian's user of web servers, who owns nothing else here: the webmail is for strangers' HTML.
WEB_USER = "www-data"


def missing(parts: Iterable[str] = PACKAGES) -> list[str]:
    """The packages of these parts that are not installed."""
    wanted = {name: file for part in parts for name, file in PACKAGES[part].items()}
    return [name for name, file in wanted.items() if not glob(file)]


def require(parts: Iterable[str]) -> pwd.struct_passwd:
    """The user that runs panel and delivery; `NotStarted` says what to type for what is missing."""
    if absent := missing(parts):
        raise NotStarted(
            "Packages are missing. As root on Debian, “make mailhost” installs them, and so does:"
            f" apt-get install --no-install-recommends {' '.join(absent)}"
        )
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        raise NotStarted(
            f"There is no user “{USER}”. As root on Debian, “make mailhost” makes it, and so does:"
            " useradd --system --user-group --home-dir /nonexistent --shell /usr/sbin/nologin"
            f" {USER}"
        ) from None


if __name__ == "__main__":
    named = os.environ.get("HOST_RUNS")
    sys.stdout.write(" ".join(missing(named.split(",") if named else PACKAGES)) + "\n")
