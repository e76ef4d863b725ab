"""Since when a scanner has not answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("spamfilter", "0002_spam_preferences"),
    ]

    operations = [
        migrations.CreateModel(
            name="Outage",
            fields=[
                ("scanner", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
            ],
        ),
    ]
