"""What each account wants of the spam filter and the antivirus, and where infected mail is kept."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("mailaccounts", "0007_mailhost_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Antivirus",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="antivirus",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("enabled", models.BooleanField(default=False, verbose_name="on")),
            ],
            options={
                "verbose_name": "antivirus",
                "verbose_name_plural": "antivirus",
                "permissions": [("manage_antivirus", "Antivirus")],
            },
        ),
        migrations.CreateModel(
            name="ServerListEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "list",
                    models.CharField(
                        choices=[("black", "Black list"), ("white", "White list")],
                        max_length=8,
                        verbose_name="list",
                    ),
                ),
                ("pattern", models.CharField(max_length=254, verbose_name="E-mail pattern")),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
            ],
            options={
                "verbose_name": "server-wide list entry",
                "verbose_name_plural": "server-wide lists",
                "ordering": ["pattern"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pattern",),
                        name="server_pattern_is_on_one_list",
                        violation_error_message="This pattern is on one of the lists already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pattern__regex", "^[a-z0-9*?._+=~!$%&'/^`{|}-]+@[a-z0-9*?.-]+$")
                        ),
                        name="server_pattern_is_well_formed",
                        violation_error_message="Enter an address or a pattern such as *@spammers.net.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpamFilter",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="spam_filter",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("enabled", models.BooleanField(default=False, verbose_name="on")),
                (
                    "use_server_settings",
                    models.BooleanField(default=False, verbose_name="Use server-wide settings"),
                ),
                (
                    "required_score",
                    models.DecimalField(
                        decimal_places=1,
                        default=Decimal("7.0"),
                        max_digits=3,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0.1")),
                            django.core.validators.MaxValueValidator(Decimal("99.9")),
                        ],
                        verbose_name="Score required to be spam",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("mark", "Mark as spam and keep in the mailbox"),
                            ("delete", "Delete"),
                        ],
                        default="mark",
                        max_length=8,
                        verbose_name="What to do with spam",
                    ),
                ),
                (
                    "folder",
                    models.CharField(
                        choices=[("inbox", "Inbox"), ("junk", "Junk folder")],
                        default="inbox",
                        max_length=8,
                        verbose_name="Keep it in",
                    ),
                ),
                (
                    "modify_subject",
                    models.BooleanField(default=True, verbose_name="Modify the subject of spam"),
                ),
                (
                    "marker",
                    models.CharField(
                        blank=True,
                        default="*****SPAM*****",
                        max_length=60,
                        verbose_name="With this marker",
                    ),
                ),
                (
                    "alert_text",
                    models.TextField(blank=True, max_length=2000, verbose_name="Spam alert text"),
                ),
            ],
            options={
                "verbose_name": "spam filter",
                "verbose_name_plural": "spam filters",
                "permissions": [("manage_spam_filter", "Spam filter")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("required_score__range", (Decimal("0.1"), Decimal("99.9")))
                        ),
                        name="required_score_is_in_range",
                        violation_error_message="Enter a number from 0.1 to 99.9.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("marker__regex", "[[:cntrl:]]"), _negated=True),
                        name="spam_marker_is_one_line",
                        violation_error_message="The marker is one line of text.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("modify_subject", False),
                            models.Q(("marker", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="spam_marker_is_there_when_wanted",
                        violation_error_message="Enter the text that marks the subject of spam.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quarantine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("received", models.DateTimeField(db_index=True, verbose_name="received")),
                ("recipient", models.TextField(verbose_name="recipient")),
                ("sender", models.TextField(blank=True, verbose_name="envelope sender")),
                ("author", models.TextField(blank=True, verbose_name="from")),
                ("subject", models.TextField(blank=True, verbose_name="subject")),
                ("virus", models.CharField(max_length=200, verbose_name="virus")),
                ("octets", models.PositiveBigIntegerField(verbose_name="size")),
                ("message", models.BinaryField(verbose_name="message")),
                (
                    "released",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="released"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quarantine",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="mail account",
                    ),
                ),
            ],
            options={
                "verbose_name": "message in quarantine",
                "verbose_name_plural": "quarantine",
                "ordering": ["-received"],
                "indexes": [
                    models.Index(
                        fields=["account", "-received"], name="quarantine_account_received"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ListEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "list",
                    models.CharField(
                        choices=[("black", "Black list"), ("white", "White list")],
                        max_length=8,
                        verbose_name="list",
                    ),
                ),
                ("pattern", models.CharField(max_length=254, verbose_name="E-mail pattern")),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                (
                    "spam_filter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="spamfilter.spamfilter",
                    ),
                ),
            ],
            options={
                "verbose_name": "list entry",
                "verbose_name_plural": "list entries",
                "ordering": ["pattern"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("spam_filter", "pattern"),
                        name="pattern_is_on_one_list",
                        violation_error_message="This pattern is on one of the lists already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pattern__regex", "^[a-z0-9*?._+=~!$%&'/^`{|}-]+@[a-z0-9*?.-]+$")
                        ),
                        name="pattern_is_well_formed",
                        violation_error_message="Enter an address or a pattern such as *@spammers.net.",
                    ),
                ],
            },
        ),
    ]
