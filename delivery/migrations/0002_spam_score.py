"""The message log says how many points a message has, and of which rules."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0001_message_log"),
    ]

    operations = [
        migrations.AddField(
            model_name="deliveryrecord",
            name="rules",
            field=models.JSONField(default=list, verbose_name="rules"),
        ),
        migrations.AddField(
            model_name="deliveryrecord",
            name="score",
            field=models.DecimalField(
                blank=True, decimal_places=1, max_digits=7, null=True, verbose_name="score"
            ),
        ),
        migrations.AlterField(
            model_name="deliveryrecord",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("delivered", "delivered"),
                    ("deferred", "waiting"),
                    ("refused", "refused"),
                    ("deleted", "deleted"),
                    ("quarantined", "in quarantine"),
                ],
                max_length=16,
                verbose_name="outcome",
            ),
        ),
    ]
