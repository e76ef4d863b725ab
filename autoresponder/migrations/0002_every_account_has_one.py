"""The service for the accounts that are there already, and mail taken because of it.

`mailhost.recipients` is made in `mailaccounts`; whoever adds a service that takes mail replaces it.
"""

from django.db import migrations

BACK_FILL = """
INSERT INTO autoresponder_autoreply (account_id, enabled, hour_answers)
SELECT id, false, 0 FROM mailaccounts_mailaccount
ON CONFLICT (account_id) DO NOTHING
"""

# An unknown time zone must not close the whole view, and with it all mail.
LOCAL_DAY = """
CREATE FUNCTION mailhost.local_day(zone text) RETURNS date LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (now() AT TIME ZONE zone)::date;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN (now() AT TIME ZONE 'UTC')::date;
END
$$;
COMMENT ON FUNCTION mailhost.local_day IS 'The day it is in a time zone; of UTC for an unknown one.';
"""

RECIPIENTS = """
CREATE OR REPLACE VIEW mailhost.recipients AS
SELECT named.address, account.address AS account, account.is_active AS active
FROM mailaccounts_reached AS named
JOIN mailaccounts_mailaccount AS account ON account.id = named.account_id
WHERE NOT account.is_active
OR EXISTS (SELECT FROM mailaccounts_mailbox WHERE account_id = account.id AND enabled)
OR EXISTS (SELECT FROM mailaccounts_redirect WHERE account_id = account.id AND enabled)
OR EXISTS (SELECT FROM mailaccounts_mailgroup WHERE account_id = account.id AND enabled)
"""

ANSWERING = """
OR EXISTS (SELECT FROM autoresponder_autoreply AS service
           JOIN autoresponder_autoresponder AS one ON one.service_id = service.account_id
           WHERE service.account_id = account.id AND service.enabled AND one.enabled
           AND (one.starts IS NULL OR one.starts <= mailhost.local_day(account.time_zone))
           AND (one.ends IS NULL OR one.ends >= mailhost.local_day(account.time_zone)))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("autoresponder", "0001_autoresponders"),
        ("mailaccounts", "0008_own_aliases"),
    ]

    operations = [
        migrations.RunSQL(BACK_FILL, migrations.RunSQL.noop),
        migrations.RunSQL(LOCAL_DAY, "DROP FUNCTION mailhost.local_day"),
        migrations.RunSQL(RECIPIENTS + ANSWERING, RECIPIENTS),
    ]
