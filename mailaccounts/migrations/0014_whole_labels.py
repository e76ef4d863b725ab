"""New accounts see every label whole: 24 characters cut the longest French one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailaccounts", "0013_sending_limits"),
    ]

    operations = [
        migrations.AlterField(
            model_name="mailaccount",
            name="label_length",
            field=models.PositiveSmallIntegerField(default=40, verbose_name="button label length"),
        ),
    ]
