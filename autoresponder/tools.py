"""The tool that this app offers on Home."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mailaccounts.tools import Tool

TOOLS = (
    Tool(
        "autoresponders",
        _("Autoresponders"),
        _("Answer incoming mail by itself: while you are away, or to certain requests."),
        "message-square-reply",
        permission="autoresponder.manage_autoresponders",
        service="auto_reply",
        # Translators: agrees with the service named before, here the autoresponders.
        on=pgettext_lazy("autoresponders", "On"),
        # Translators: agrees with the service named before, here the autoresponders.
        off=pgettext_lazy("autoresponders", "Off"),
    ),
)
