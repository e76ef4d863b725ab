"""Which language the webmail speaks: the one that its owner has chosen in the panel."""

from django.db import migrations

FORWARD = """
CREATE VIEW mailhost.languages AS
SELECT address, language FROM mailaccounts_mailaccount WHERE is_active AND language <> '';
COMMENT ON VIEW mailhost.languages IS
    'The interface language of each account whose owner has chosen one.';
"""

BACKWARD = "DROP VIEW mailhost.languages;"


class Migration(migrations.Migration):
    dependencies = [("mailaccounts", "0009_entering")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
