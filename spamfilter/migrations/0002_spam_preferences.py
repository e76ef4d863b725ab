"""What SpamAssassin may know: the view `mailhost.spam_preferences`, the contract with spamd.

A value becomes a line of configuration there: a line break, a `#`, a blank or a quote in one would
be read as more than a value. So only the three names below can come out of it, with values that the
tables' constraints have let in and that are looked at once more here.
"""

from django.db import migrations

FORWARD = r"""
CREATE VIEW mailhost.spam_preferences AS
SELECT username, preference, value, prio, id
FROM (
    SELECT account.address AS username, 'required_score' AS preference,
        wanted.required_score::text AS value, 1 AS prio, 0::bigint AS id
    FROM mailaccounts_mailaccount AS account
    JOIN spamfilter_spamfilter AS wanted ON wanted.account_id = account.id
    UNION ALL
    SELECT account.address,
        CASE entry.list WHEN 'black' THEN 'blocklist_from' ELSE 'welcomelist_from' END,
        entry.pattern, 1, entry.id
    FROM mailaccounts_mailaccount AS account
    JOIN spamfilter_listentry AS entry ON entry.spam_filter_id = account.id
    UNION ALL
    SELECT account.address,
        CASE entry.list WHEN 'black' THEN 'blocklist_from' ELSE 'welcomelist_from' END,
        entry.pattern, 0, entry.id
    FROM mailaccounts_mailaccount AS account
    JOIN spamfilter_spamfilter AS wanted
        ON wanted.account_id = account.id AND wanted.use_server_settings
    CROSS JOIN spamfilter_serverlistentry AS entry
    WHERE NOT EXISTS (
        SELECT FROM spamfilter_listentry AS own
        WHERE own.spam_filter_id = account.id AND own.pattern = entry.pattern
    )
) AS preferences
WHERE value ~ '^[0-9]{1,2}\.[0-9]$'
OR value ~ '^[a-z0-9*?._+=~!$%&''/^`{|}-]+@[a-z0-9*?.-]+$';
COMMENT ON VIEW mailhost.spam_preferences IS
    'What each account wants of SpamAssassin; the server-wide lists where it uses them.';

INSERT INTO spamfilter_spamfilter (account_id, enabled, use_server_settings, required_score,
    action, folder, modify_subject, marker, alert_text)
SELECT id, false, false, 7.0, 'mark', 'inbox', true, '*****SPAM*****', ''
FROM mailaccounts_mailaccount;
INSERT INTO spamfilter_antivirus (account_id, enabled)
SELECT id, false FROM mailaccounts_mailaccount;
"""

BACKWARD = """
DELETE FROM spamfilter_antivirus;
DELETE FROM spamfilter_spamfilter;
DROP VIEW mailhost.spam_preferences;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("spamfilter", "0001_lists_and_settings"),
        ("mailaccounts", "0007_mailhost_views"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
