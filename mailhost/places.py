"""Where each part of the mail host finds the others: on this machine, or where the settings say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.utils import timezone

from mailhost import dovecot, machines, srs
from mailhost.servers import ADDRESS

if TYPE_CHECKING:
    from mailhost.host import Host  # which knows all servers

MASTER_USER = "panel"


def for_servers(host: Host) -> dict[str, object]:
    """What the templates name."""
    places = [f"[{one}]:{settings.LMTP_PORT}" for one in settings.DELIVERY_HOSTS]
    orders = [places[n:] + places[:n] for n in range(len(places))]
    turns = [f"lmtp:inet:{','.join(order)}" for order in orders]
    return {
        "private_address": settings.PRIVATE_ADDRESS,
        "private_clients": ",".join(map(str, machines.clients())),
        "private_tls": "yes" if machines.is_apart() else "no",
        "delivery_place": turns[0],
        "delivery_turns": _taking_turns(host, turns) if len(turns) > 1 else "",
        "dovecot_form": dovecot.form(),
    }


def _taking_turns(host: Host, turns: Sequence[str]) -> str:
    """A table of Postfix with another order each time, for domains of this host."""
    domains = f"proxy:pgsql:{host.folder}/postfix/etc/domains.cf"
    one = ",".join(map(str, range(len(turns))))
    order = ",".join(f"{{{number}={turn}}}" for number, turn in enumerate(turns))
    return f"pipemap:{{{domains},randmap:{{{one}}},inline:{{{order}}}}}"


def for_panel(host: Host) -> dict[str, str]:
    """The panel's, the worker's and the delivery service's surroundings."""
    return {**_mailboxes(host), **_postfix(host), **_scanners()}


def _mailboxes(host: Host) -> dict[str, str]:
    if machines.runs("dovecot") and not machines.is_apart():
        url = (
            f"dovecot://{ADDRESS}?lmtp={settings.DOVECOT_LMTP_PORT}"
            f"&imap={settings.IMAP_PORT}&doveadm={settings.DOVEADM_PORT}"
        )
    else:
        # Between machines by its name alone, which its certificate has, and with TLS.
        url = machines.elsewhere("MAIL_STORE_URL", "dovecot")
    return {
        "MAIL_STORE_URL": url,
        "MAIL_STORE_CA": settings.MAIL_STORE_CA,
        "MOVED_FOLDER": str(host.folder / "moved") if machines.runs("dovecot") else "",
        "MAIL_STORE_MASTER": MASTER_USER,
        "MAIL_STORE_SECRET": host.secrets["MASTER_PASSWORD"],
        "MAIL_STORE_DOVEADM_KEY": host.secrets["DOVEADM_KEY"],
    }


def _postfix(host: Host) -> dict[str, str]:
    if not machines.runs("postfix"):
        places = {
            "RELAY_URL": machines.elsewhere("RELAY_URL", "postfix"),
            "ANSWER_RELAY_URL": machines.elsewhere("ANSWER_RELAY_URL", "postfix"),
        }
    else:
        relay = f"smtp://delivery:{host.secrets['DELIVERY_PASSWORD']}@{settings.PRIVATE_ADDRESS}"
        places = {
            "RELAY_URL": f"{relay}:{settings.REINJECTION_PORT}",
            "ANSWER_RELAY_URL": f"{relay}:{settings.ANSWER_PORT}",
        }
    return {**places, "SRS_SECRET": ",".join(srs.usable(host.secrets, timezone.now().date()))}


def _scanners() -> dict[str, str]:
    if not machines.runs("scanners"):
        return {"SPAMD_URL": settings.SPAMD_URL, "CLAMD_URL": settings.CLAMD_URL}
    return {
        "SPAMD_URL": f"spamd://{settings.PRIVATE_ADDRESS}:{settings.SPAMD_PORT}",
        "CLAMD_URL": f"clamd://{settings.PRIVATE_ADDRESS}:{settings.CLAMD_PORT}",
    }


def doors_of_delivery() -> dict[str, str]:
    """Which of its ports the delivery service opens on this machine.

    Beside Postfix it says who may send, and beside Dovecot it sees what was moved, wherever mail is
    delivered.
    """
    told: dict[str, str] = {}
    if not machines.runs("delivery"):
        told |= {"LMTP_PORT": "0", "DELIVERY_PROCESSES": "1"}
    if not machines.runs("postfix"):
        told["POLICY_PORT"] = "0"
    return told


def for_webmail() -> dict[str, object]:
    """Where Roundcube reads and sends; on this machine nobody stands in between."""
    imap, smtp = f"{ADDRESS}:{settings.IMAP_PORT}", f"tls://{ADDRESS}:{settings.SUBMISSION_PORT}"
    if not machines.runs("dovecot"):
        parts = urlsplit(machines.elsewhere("MAIL_STORE_URL", "dovecot"))
        imap = f"ssl://{parts.hostname}:{parse_qs(parts.query).get('imaps', ['993'])[0]}"
    if not machines.runs("postfix"):
        parts = urlsplit(machines.elsewhere("SUBMISSION_URL", "postfix"))
        smtp = f"{'ssl' if parts.scheme == 'smtps' else 'tls'}://{parts.netloc}"
    return {
        "webmail_imap": imap,
        "webmail_smtp": smtp,
        "webmail_authorities": settings.MAIL_STORE_CA or "/etc/ssl/certs/ca-certificates.crt",
        "submission_is_verified": "false" if machines.runs("postfix") else "true",
    }
