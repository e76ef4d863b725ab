"""How much the accounts of a plan may send in an hour."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailaccounts", "0012_mailbox_quota"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="messages_per_hour",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="How many an account may send. Empty: as many as the server allows.",
                null=True,
                verbose_name="messages an hour",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="recipients_per_hour",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="To how many recipients in all. Empty: as many as the server allows.",
                null=True,
                verbose_name="recipients an hour",
            ),
        ),
    ]
