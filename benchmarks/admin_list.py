"""The administration at 100,000 accounts: how long each page takes.

    python benchmarks/admin_list.py [--accounts 100000] [--runs 7]

Needs DATABASE_URL of a PostgreSQL where databases may be made; makes one of its own and drops it.
The pages are made in this process, without network and TLS: what is measured is ours to mend.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

SCRATCH = "pigeonnier_admin_list"
LIMIT = 200  # ms
ADMIN = "/admin/mailaccounts"
# Nine of ten accounts in one big domain, the rest spread over a thousand small ones.
FILL = """
INSERT INTO mailaccounts_domain (name, created)
    SELECT 'domain' || n || '.example', now() FROM generate_series(0, 1000) n;
INSERT INTO mailaccounts_mailaccount (address, domain_id, password, is_active, is_staff,
        is_superuser, created, last_login, language, skin, time_zone, label_length,
        multiple_sessions, wait_until_loaded, recovery_address)
    SELECT 'user' || n || '@' || domain, domain, '!', n %% 50 > 0, false, false, now(),
        now() - n * interval '1 minute', '', 'automatic', 'UTC', 24, true, true, ''
    FROM (SELECT n, 'domain' || CASE WHEN n %% 10 > 0 THEN 0 ELSE n / 10 %% 1000 + 1 END
        || '.example' AS domain FROM generate_series(1, %(accounts)s) n) numbered;
INSERT INTO mailaccounts_mailbox (account_id, enabled, told)
    SELECT id, true, 0 FROM mailaccounts_mailaccount;
INSERT INTO mailaccounts_redirect (account_id, enabled, address)
    SELECT id, false, '' FROM mailaccounts_mailaccount;
INSERT INTO mailaccounts_mailgroup (account_id, enabled)
    SELECT id, false FROM mailaccounts_mailaccount;
INSERT INTO mailaccounts_alias (address, domain_id, account_id, created, own, note, removed)
    SELECT 'alias' || address, domain_id, id, now(), false, '', false
    FROM mailaccounts_mailaccount WHERE id %% 2 = 0;
INSERT INTO mailaccounts_session (session_key, session_data, expire_date, account_id, ip_address,
        user_agent, started, last_activity)
    SELECT lpad(id::text, 32, '0'), '', now() + interval '1 hour', id,
        '10.0.0.0'::inet + id, 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
        now() - id * interval '1 second', now()
    FROM mailaccounts_mailaccount;
INSERT INTO spamfilter_spamfilter (account_id, enabled, use_server_settings, required_score, action,
        folder, modify_subject, marker, alert_text)
    SELECT id, id %% 2 = 0, false, 7, 'mark', 'inbox', true, '*****SPAM*****', ''
    FROM mailaccounts_mailaccount;
INSERT INTO spamfilter_antivirus (account_id, enabled)
    SELECT id, true FROM mailaccounts_mailaccount;
INSERT INTO spamfilter_listentry (spam_filter_id, list, pattern, created)
    SELECT id, CASE WHEN n %% 3 > 0 THEN 'black' ELSE 'white' END, '*@spam' || n || '.example',
        now()
    FROM mailaccounts_mailaccount, generate_series(1, 10) n;
INSERT INTO autoresponder_autoreply (account_id, enabled, hour_answers)
    SELECT id, id %% 10 = 0, 0 FROM mailaccounts_mailaccount;
INSERT INTO autoresponder_autoresponder (service_id, name, enabled, request, words, subject,
        return_address, text, format, answers_a_day, stored_limit, forward_to, created, answers,
        stored)
    SELECT id, 'Away ' || n, true, 'always', '', '', '', repeat('I am away. ', 50), 'plain', 10,
        1000, '', now(), 0, 0
    FROM mailaccounts_mailaccount, generate_series(1, 2) n;
INSERT INTO auth_group (name) VALUES ('Standard');
INSERT INTO mailaccounts_plan (group_ptr_id, member_limit, alias_limit, mailbox_quota,
        messages_per_hour, recipients_per_hour)
    SELECT id, 500, 20, 1024, 100, 500 FROM auth_group;
INSERT INTO mailaccounts_mailaccount_groups (mailaccount_id, group_id)
    SELECT account.id, auth_group.id FROM mailaccounts_mailaccount account, auth_group;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as var, scratch_database() as url:
        os.environ |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "panel.settings",
            "PANEL_VAR": var,
            "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        }
        os.environ.setdefault("SECRET_KEY", "benchmark")
        slowest = measure(options.accounts, options.runs)
    sys.exit(slowest > LIMIT)


@contextmanager
def scratch_database() -> Iterator[str]:
    url = urlsplit(os.environ["DATABASE_URL"])
    place = url.path.rpartition("/")[0]  # the socket's folder, where there is no host
    connection = psycopg2.connect(
        dbname="postgres",
        user=url.username,
        password=url.password,
        host=url.hostname or unquote(place),
        port=url.port,
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{SCRATCH}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{SCRATCH}"')
        try:
            yield url._replace(path=f"{place}/{SCRATCH}").geturl()
        finally:
            cursor.execute(f'DROP DATABASE "{SCRATCH}" WITH (FORCE)')
    connection.close()


def measure(accounts: int, runs: int) -> float:
    """Print the median and the range of each page; return the slowest median."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the rows are right: no triggers
        cursor.execute(FILL, {"accounts": accounts})
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
    print(
        f"{accounts:,} accounts and {accounts // 2:,} aliases in {time.monotonic() - started:.0f} s"
    )
    client = Client()
    client.force_login(superuser(), backend="mailaccounts.backends.MailAccountBackend")
    medians = [timed(client, what, path, runs) for what, path in pages().items()]
    return max(medians)


def superuser():
    from mailaccounts.models import MailAccount

    return MailAccount.objects.create_superuser("root@staff.example", "a long enough password")


def pages() -> dict[str, str]:
    from mailaccounts.models import Domain, MailAccount

    account = MailAccount.objects.get(address="user77770@domain778.example")
    domain = Domain.objects.get(name="domain0.example").pk
    return (
        pages_of_accounts(account.pk)
        | pages_of_services(account.pk)
        | {
            "domains": f"{ADMIN}/domain/",
            "big domain's page": f"{ADMIN}/domain/{domain}/change/",
            "delete big domain": f"{ADMIN}/domain/{domain}/delete/",
        }
    )


def pages_of_accounts(account: int) -> dict[str, str]:
    suggest = "/admin/autocomplete/?app_label=mailaccounts&model_name=alias&field_name=account"
    return {
        "list": f"{ADMIN}/mailaccount/",
        "list, page 200": f"{ADMIN}/mailaccount/?p=200",
        "list, suspended": f"{ADMIN}/mailaccount/?is_active__exact=0",
        "list, of a plan": f"{ADMIN}/mailaccount/?plan=1",
        "search user7777": f"{ADMIN}/mailaccount/?q=user7777",
        "search user (all)": f"{ADMIN}/mailaccount/?q=user",
        "search an alias": f"{ADMIN}/mailaccount/?q=aliasuser7777",
        "search a big domain": f"{ADMIN}/mailaccount/?q=%40domain0.example",
        "search a small domain": f"{ADMIN}/mailaccount/?q=domain778.example",
        "search nothing found": f"{ADMIN}/mailaccount/?q=nobody",
        "account page": f"{ADMIN}/mailaccount/{account}/change/",
        "delete account": f"{ADMIN}/mailaccount/{account}/delete/",
        "aliases": f"{ADMIN}/alias/",
        "aliases, search": f"{ADMIN}/alias/?q=aliasuser7777",
        "aliases of an account": f"{ADMIN}/alias/?q=user7777",
        "alias, suggested accounts": f"{suggest}&term=user7777",
        "alias, suggested, all": f"{suggest}&term=user",
        "sessions": f"{ADMIN}/session/",
        "sessions, page 200": f"{ADMIN}/session/?p=200",
        "sessions of an account": f"{ADMIN}/session/?q=user7777",
        "sessions, all accounts": f"{ADMIN}/session/?q=user",
        "sessions of an address": f"{ADMIN}/session/?q=10.0.30.",
    }


def pages_of_services(account: int) -> dict[str, str]:
    from autoresponder.models import Autoresponder

    replies, entries = "/admin/autoresponder/autoresponder", "/admin/spamfilter/listentry"
    one = Autoresponder.objects.filter(service__account=account).earliest("pk")
    return {
        "autoresponders": f"{replies}/",
        "autoresponders, page 200": f"{replies}/?p=200",
        "autoresponders, on": f"{replies}/?state=on",
        "autoresponders, off": f"{replies}/?state=off",
        "autoresponders of an account": f"{replies}/?q=user7777",
        "autoresponders, off, a domain": f"{replies}/?state=off&q=%40domain0.example",
        "autoresponders, all accounts": f"{replies}/?q=user",
        "autoresponder page": f"{replies}/{one.pk}/change/",
        "list entries": f"{entries}/",
        "list entries, white": f"{entries}/?list__exact=white",
        "list entries of an account": f"{entries}/?q=user7777",
        "list entries, all accounts": f"{entries}/?q=user",
        "list entries, nothing found": f"{entries}/?q=nobody",
    }


def timed(client, what: str, path: str, runs: int) -> float:
    response = client.get(path, secure=True)  # also warms the caches up
    assert response.status_code == 200, (path, response.status_code)
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        client.get(path, secure=True)
        times.append((time.perf_counter() - started) * 1000)
    median = statistics.median(times)
    flag = "" if median <= LIMIT else f"  over {LIMIT} ms"
    print(f"{what:28} {median:7.1f} ms, {min(times):.1f} to {max(times):.1f} ms{flag}")
    return median


if __name__ == "__main__":
    main()
