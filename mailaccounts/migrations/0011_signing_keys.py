"""A key for each domain, with which its mail is signed; changes are told to who signs."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE VIEW mailhost.signing_keys AS
SELECT domain.name AS domain, selector, private_key
FROM mailaccounts_signingkey AS signing_key
JOIN mailaccounts_domain AS domain ON domain.id = signing_key.domain_id;
COMMENT ON VIEW mailhost.signing_keys IS
    'With which key the mail of a domain is signed. Changes are told on the channel signing_keys.';

CREATE FUNCTION mailhost.tell_signing_keys() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NOTIFY signing_keys; RETURN NULL; END $$;

CREATE TRIGGER signing_keys_changed
AFTER INSERT OR UPDATE OR DELETE ON mailaccounts_signingkey
FOR EACH STATEMENT EXECUTE FUNCTION mailhost.tell_signing_keys();
"""

BACKWARD = """
DROP TRIGGER signing_keys_changed ON mailaccounts_signingkey;
DROP FUNCTION mailhost.tell_signing_keys();
DROP VIEW mailhost.signing_keys;
"""


class Migration(migrations.Migration):
    dependencies = [("mailaccounts", "0010_webmail_language")]

    operations = [
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                (
                    "domain",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="signing_key",
                        serialize=False,
                        to="mailaccounts.domain",
                    ),
                ),
                ("selector", models.CharField(default="pigeonnier", max_length=63)),
                ("private_key", models.TextField()),
                ("created", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("selector__regex", "^[a-z0-9]+$")),
                        name="selector_is_one_label",
                        violation_error_message="Use small letters and digits.",
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
