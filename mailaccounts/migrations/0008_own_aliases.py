"""Aliases that owners make, and end: only those in force reach an account.

Which addresses reach which account is said once, in the view `mailaccounts_reached`; the mail
servers' views and the delivery service read it.
"""

from django.db import migrations, models

FORWARD = """
CREATE VIEW mailaccounts_reached AS
SELECT address, id AS account_id FROM mailaccounts_mailaccount
UNION ALL
SELECT address, account_id FROM mailaccounts_alias
WHERE off_since IS NULL AND (ends IS NULL OR ends > now());
COMMENT ON VIEW mailaccounts_reached IS
    'Which account mail to an address reaches: accounts, and the aliases in force.';

CREATE OR REPLACE VIEW mailhost.senders AS
SELECT named.address, account.address AS login
FROM mailaccounts_reached AS named
JOIN mailaccounts_mailaccount AS account ON account.id = named.account_id
WHERE account.is_active;

CREATE OR REPLACE VIEW mailhost.recipients AS
SELECT named.address, account.address AS account, account.is_active AS active
FROM mailaccounts_reached AS named
JOIN mailaccounts_mailaccount AS account ON account.id = named.account_id
WHERE NOT account.is_active
OR EXISTS (SELECT FROM mailaccounts_mailbox WHERE account_id = account.id AND enabled)
OR EXISTS (SELECT FROM mailaccounts_redirect WHERE account_id = account.id AND enabled)
OR EXISTS (SELECT FROM mailaccounts_mailgroup WHERE account_id = account.id AND enabled);
"""

BACKWARD = """
CREATE OR REPLACE VIEW mailhost.senders AS
SELECT address, address AS login FROM mailaccounts_mailaccount WHERE is_active
UNION ALL
SELECT alias.address, account.address
FROM mailaccounts_alias AS alias
JOIN mailaccounts_mailaccount AS account ON account.id = alias.account_id
WHERE account.is_active;

CREATE OR REPLACE VIEW mailhost.recipients AS
SELECT named.address, account.address AS account, account.is_active AS active
FROM (SELECT address, id AS account_id FROM mailaccounts_mailaccount
      UNION ALL
      SELECT address, account_id FROM mailaccounts_alias) AS named
JOIN mailaccounts_mailaccount AS account ON account.id = named.account_id
WHERE NOT account.is_active
OR EXISTS (SELECT FROM mailaccounts_mailbox WHERE account_id = account.id AND enabled)
OR EXISTS (SELECT FROM mailaccounts_redirect WHERE account_id = account.id AND enabled)
OR EXISTS (SELECT FROM mailaccounts_mailgroup WHERE account_id = account.id AND enabled);

DROP VIEW mailaccounts_reached;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mailaccounts", "0007_mailhost_views"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="alias",
            options={
                "ordering": ["address"],
                "permissions": [("manage_own_aliases", "Own aliases")],
                "verbose_name": "mail alias",
                "verbose_name_plural": "mail aliases",
            },
        ),
        migrations.AddField(
            model_name="alias",
            name="ends",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ends"),
        ),
        migrations.AddField(
            model_name="alias",
            name="note",
            field=models.CharField(blank=True, max_length=200, verbose_name="note"),
        ),
        migrations.AddField(
            model_name="alias",
            name="off_since",
            field=models.DateTimeField(blank=True, null=True, verbose_name="off since"),
        ),
        migrations.AddField(
            model_name="alias",
            name="own",
            field=models.BooleanField(default=False, verbose_name="made by its owner"),
        ),
        migrations.AddField(
            model_name="alias",
            name="removed",
            field=models.BooleanField(default=False, verbose_name="removed by its owner"),
        ),
        migrations.AddField(
            model_name="plan",
            name="alias_limit",
            field=models.PositiveIntegerField(
                default=20,
                help_text="How many aliases an owner may have made, where the plan allows own aliases.",
                verbose_name="own aliases",
            ),
        ),
        migrations.AddConstraint(
            model_name="alias",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("own", True),
                    models.Q(("ends", None), ("note", ""), ("off_since", None), ("removed", False)),
                    _connector="OR",
                ),
                name="alias_of_staff_is_always_on",
                violation_error_message="Only its owner’s own alias can end or be off.",
            ),
        ),
        migrations.AddConstraint(
            model_name="alias",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("removed", False), ("off_since__isnull", False), _connector="OR"
                ),
                name="alias_removed_is_off",
                violation_error_message="An alias that is removed is off.",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
