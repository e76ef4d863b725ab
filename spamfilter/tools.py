"""The tools that this app offers on Home."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mailaccounts.tools import Tool

TOOLS = (
    Tool(
        "spam_filter_edit",
        _("Spam filter"),
        _("Mark or delete spam; keep black and white lists; teach the filter."),
        "funnel",
        permission="spamfilter.manage_spam_filter",
        service="spam_filter",
        on=pgettext_lazy("spam filter", "On"),
        off=pgettext_lazy("spam filter", "Off"),
    ),
    Tool(
        "antivirus_edit",
        _("Antivirus"),
        _("Keep infected messages out of the mailbox."),
        "shield-check",
        permission="spamfilter.manage_antivirus",
        service="antivirus",
        on=pgettext_lazy("antivirus", "On"),
        off=pgettext_lazy("antivirus", "Off"),
    ),
)
