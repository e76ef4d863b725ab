"""Recovery addresses, forgotten passwords, and sessions that lists can name without their key."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailaccounts", "0008_own_aliases"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailaccount",
            name="recovery_address",
            field=models.CharField(blank=True, max_length=254, verbose_name="recovery address"),
        ),
        migrations.CreateModel(
            name="RecoveryLink",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="recovery_link",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "address",
                    models.CharField(blank=True, max_length=254, verbose_name="recovery address"),
                ),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("expires", models.DateTimeField(verbose_name="expires")),
                ("mails", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "recovery link",
                "verbose_name_plural": "recovery links",
            },
        ),
        migrations.CreateModel(
            name="PasswordRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("login", models.CharField(blank=True, max_length=254)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("ip_address", models.GenericIPAddressField(db_index=True, null=True)),
                ("made", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="password_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        # The table anew: a primary key is not changed in place, and who is logged in logs in again.
        migrations.DeleteModel("Session"),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("session_key", models.CharField(max_length=40, unique=True)),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "ip_address",
                    models.GenericIPAddressField(
                        db_index=True, null=True, verbose_name="IP address"
                    ),
                ),
                (
                    "user_agent",
                    models.CharField(blank=True, max_length=255, verbose_name="browser"),
                ),
                ("started", models.DateTimeField(db_index=True, verbose_name="logon time")),
                ("last_activity", models.DateTimeField(verbose_name="last activity")),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="login",
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
            },
        ),
    ]
