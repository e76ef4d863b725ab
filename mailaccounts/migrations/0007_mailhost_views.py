"""What the mail servers may know: views in a schema of their own, the contract with them.

Postfix and Dovecot read these and nothing else, each as a role of its own that `manage.py mailhost`
makes. A column that a view shows can be changed only together with the view.
"""

from django.db import migrations

FORWARD = """
CREATE SCHEMA mailhost;

CREATE VIEW mailhost.domains AS
SELECT name FROM mailaccounts_domain;
COMMENT ON VIEW mailhost.domains IS 'Domains that mail is taken for.';

CREATE VIEW mailhost.senders AS
SELECT address, address AS login FROM mailaccounts_mailaccount WHERE is_active
UNION ALL
SELECT alias.address, account.address
FROM mailaccounts_alias AS alias
JOIN mailaccounts_mailaccount AS account ON account.id = alias.account_id
WHERE account.is_active;
COMMENT ON VIEW mailhost.senders IS
    'Who may send as whom: an account as itself and as each of its aliases.';

CREATE VIEW mailhost.recipients AS
SELECT named.address, account.address AS account, account.is_active AS active
FROM (SELECT address, id AS account_id FROM mailaccounts_mailaccount
      UNION ALL
      SELECT address, account_id FROM mailaccounts_alias) AS named
JOIN mailaccounts_mailaccount AS account ON account.id = named.account_id
WHERE NOT account.is_active
OR EXISTS (SELECT FROM mailaccounts_mailbox WHERE account_id = account.id AND enabled)
OR EXISTS (SELECT FROM mailaccounts_redirect WHERE account_id = account.id AND enabled)
OR EXISTS (SELECT FROM mailaccounts_mailgroup WHERE account_id = account.id AND enabled);
COMMENT ON VIEW mailhost.recipients IS
    'Addresses whose account takes mail, and those of suspended accounts (not active).';

CREATE VIEW mailhost.logins AS
SELECT account.address,
    CASE WHEN account.password LIKE '{ARGON2ID}%' THEN account.password END AS password,
    account.is_active AS active, mailbox.enabled AS mailbox_on
FROM mailaccounts_mailaccount AS account
JOIN mailaccounts_mailbox AS mailbox ON mailbox.account_id = account.id;
COMMENT ON VIEW mailhost.logins IS
    'Passwords as Dovecot reads them; none for an account that its owner cannot enter yet.';
"""

BACKWARD = "DROP SCHEMA mailhost CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("mailaccounts", "0006_addresses_in_their_domain")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
