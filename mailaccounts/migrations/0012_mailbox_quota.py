"""How much a mailbox may hold, and what the mail host may know of it."""

import django.core.validators
from django.db import migrations, models

# The account's own word, else the most generous of its plans; no octets for no limit.
LIMITS = """
CREATE VIEW mailhost.limits AS
SELECT mailbox.account_id, 1048576::bigint * CASE
    WHEN mailbox.quota IS NOT NULL THEN nullif(mailbox.quota, 0)
    ELSE (SELECT CASE WHEN bool_and(plan.mailbox_quota IS NOT NULL) THEN max(plan.mailbox_quota) END
          FROM mailaccounts_mailaccount_groups AS granted
          JOIN mailaccounts_plan AS plan ON plan.group_ptr_id = granted.group_id
          WHERE granted.mailaccount_id = mailbox.account_id)
    END AS octets
FROM mailaccounts_mailbox AS mailbox;
COMMENT ON VIEW mailhost.limits IS 'How many octets each mailbox may hold; NULL for no limit.';
"""

LOGINS = """
CREATE OR REPLACE VIEW mailhost.logins AS
SELECT account.address,
    CASE WHEN account.password LIKE '{ARGON2ID}%' THEN account.password END AS password,
    account.is_active AS active, mailbox.enabled AS mailbox_on, limits.octets AS quota
FROM mailaccounts_mailaccount AS account
JOIN mailaccounts_mailbox AS mailbox ON mailbox.account_id = account.id
JOIN mailhost.limits AS limits ON limits.account_id = account.id;
"""

# A column cannot be taken from a view, and the rights to it go with it: `manage.py mailhost` gives
# them anew at each start.
BACKWARD = """
DROP VIEW mailhost.logins;
DROP VIEW mailhost.limits;
CREATE VIEW mailhost.logins AS
SELECT account.address,
    CASE WHEN account.password LIKE '{ARGON2ID}%' THEN account.password END AS password,
    account.is_active AS active, mailbox.enabled AS mailbox_on
FROM mailaccounts_mailaccount AS account
JOIN mailaccounts_mailbox AS mailbox ON mailbox.account_id = account.id;
"""

HELP = "How much an account’s mailbox may hold. Empty: as much as comes."


def quota_of_a_plan(default: int | None) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(
        "space for the mailbox, in MB",
        blank=True,
        null=True,
        default=default,
        validators=[django.core.validators.MinValueValidator(1)],
        help_text=HELP,
    )


class Migration(migrations.Migration):
    dependencies = [("mailaccounts", "0011_signing_keys")]

    operations = [
        migrations.AddField(
            "mailbox",
            "quota",
            models.PositiveIntegerField(
                "space, in MB",
                blank=True,
                null=True,
                help_text="Empty: what the plan says. 0: as much as comes.",
            ),
        ),
        migrations.AddField(
            "mailbox", "told", models.PositiveSmallIntegerField(default=0, editable=False)
        ),
        # Plans that there are limit nothing until somebody says so; new ones do.
        migrations.AddField("plan", "mailbox_quota", quota_of_a_plan(None)),
        migrations.AlterField("plan", "mailbox_quota", quota_of_a_plan(1024)),
        migrations.RunSQL(LIMITS + LOGINS, BACKWARD),
    ]
