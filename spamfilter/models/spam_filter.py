"""The spam filter service."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from mailaccounts.models import MailAccount, Service

MARKER = "*****SPAM*****"
LOWEST_SCORE, HIGHEST_SCORE = Decimal("0.1"), Decimal("99.9")


class SpamFilter(Service):
    """What counts as spam for this account, and what is done with it; needs a mailbox."""

    class Action(models.TextChoices):
        MARK = "mark", _("Mark as spam and keep in the mailbox")
        DELETE = "delete", _("Delete")

    class Folder(models.TextChoices):
        INBOX = "inbox", _("Inbox")
        JUNK = "junk", _("Junk folder")

    mailbox_label = _("Activate spam filtering")

    account = models.OneToOneField(
        MailAccount, models.CASCADE, primary_key=True, related_name="spam_filter"
    )
    enabled = models.BooleanField(pgettext_lazy("spam filter", "on"), default=False)
    use_server_settings = models.BooleanField(_("Use server-wide settings"), default=False)
    required_score = models.DecimalField(
        _("Score required to be spam"),
        max_digits=3,
        decimal_places=1,
        default=Decimal("7.0"),
        validators=[MinValueValidator(LOWEST_SCORE), MaxValueValidator(HIGHEST_SCORE)],
    )
    action = models.CharField(
        _("What to do with spam"), max_length=8, choices=Action.choices, default=Action.MARK
    )
    folder = models.CharField(
        _("Keep it in"), max_length=8, choices=Folder.choices, default=Folder.INBOX
    )
    modify_subject = models.BooleanField(_("Modify the subject of spam"), default=True)
    marker = models.CharField(_("With this marker"), max_length=60, default=MARKER, blank=True)
    # Empty for none.
    alert_text = models.TextField(_("Spam alert text"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("spam filter")
        verbose_name_plural = _("spam filters")
        permissions = [("manage_spam_filter", _("Spam filter"))]
        constraints = [
            models.CheckConstraint(
                name="required_score_is_in_range",
                condition=models.Q(required_score__range=(LOWEST_SCORE, HIGHEST_SCORE)),
                violation_error_message=_("Enter a number from 0.1 to 99.9."),
            ),
            models.CheckConstraint(
                name="spam_marker_is_one_line",
                condition=~models.Q(marker__regex=r"[[:cntrl:]]"),
                violation_error_message=_("The marker is one line of text."),
            ),
            models.CheckConstraint(
                name="spam_marker_is_there_when_wanted",
                condition=models.Q(modify_subject=False) | ~models.Q(marker=""),
                violation_error_message=_("Enter the text that marks the subject of spam."),
            ),
        ]

    @property
    def deletes(self) -> bool:
        return self.action == self.Action.DELETE

    def hindrance(self) -> str:
        return "" if settings.SPAMD_URL else gettext("Not available on this server.")
