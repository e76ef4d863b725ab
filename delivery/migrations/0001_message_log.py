"""The guard against doing anything twice, and the message log, partitioned by month."""

import uuid

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The default partition takes what no month is there for; see delivery.housekeeping.
FORWARD = """
CREATE TABLE delivery_deliveryrecord (
    received timestamptz NOT NULL,
    id uuid NOT NULL,
    account_id bigint NOT NULL,
    recipient text NOT NULL,
    sender text NOT NULL,
    message_id text NOT NULL,
    author text NOT NULL,
    subject text NOT NULL,
    octets bigint NOT NULL CHECK (octets >= 0),
    outcome varchar(16) NOT NULL,
    actions jsonb NOT NULL,
    PRIMARY KEY (received, id)
) PARTITION BY RANGE (received);
CREATE INDEX record_account_received ON delivery_deliveryrecord (account_id, received DESC);
CREATE TABLE delivery_deliveryrecord_default PARTITION OF delivery_deliveryrecord DEFAULT;
"""

BACKWARD = "DROP TABLE delivery_deliveryrecord;"

RECORD = migrations.CreateModel(
    name="DeliveryRecord",
    fields=[
        (
            "pk",
            models.CompositePrimaryKey(
                "received", "id", blank=True, editable=False, primary_key=True, serialize=False
            ),
        ),
        ("received", models.DateTimeField(verbose_name="received")),
        ("id", models.UUIDField(default=uuid.uuid4)),
        ("recipient", models.TextField(verbose_name="recipient")),
        ("sender", models.TextField(blank=True, verbose_name="envelope sender")),
        ("message_id", models.TextField(blank=True, verbose_name="message ID")),
        ("author", models.TextField(blank=True, verbose_name="from")),
        ("subject", models.TextField(blank=True, verbose_name="subject")),
        ("octets", models.PositiveBigIntegerField(verbose_name="size")),
        (
            "outcome",
            models.CharField(
                choices=[
                    ("delivered", "delivered"),
                    ("deferred", "waiting"),
                    ("refused", "refused"),
                    ("deleted", "deleted"),
                ],
                max_length=16,
                verbose_name="outcome",
            ),
        ),
        ("actions", models.JSONField(default=list, verbose_name="actions")),
        (
            "account",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="delivery_records",
                to=settings.AUTH_USER_MODEL,
                verbose_name="mail account",
            ),
        ),
    ],
    options={
        "verbose_name": "delivery record",
        "verbose_name_plural": "delivery records",
        "ordering": ["-received"],
        "indexes": [models.Index(fields=["account", "-received"], name="record_account_received")],
    },
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Carried",
            fields=[
                ("key", models.BinaryField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("refusal", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="carried_at")
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FORWARD, BACKWARD)],
            state_operations=[RECORD],
        ),
    ]
