"""The tools that the panel itself offers on Home."""

from django.utils.translation import gettext_lazy as _

from mailaccounts.tools import Tool

TOOLS = (
    Tool(
        "preferences",
        _("Preferences"),
        _("Language, skin, time zone and password."),
        "sliders-horizontal",
    ),
)
WEBMAIL = Tool(
    "webmail",
    _("Webmail"),
    _("Read and write mail in the browser; opens in a new tab."),
    "mail",
    new_tab=True,
)
MAIL_PROGRAMS = Tool(
    "mail_programs",
    _("Mail programs"),
    _("The values for Thunderbird, Outlook, iPhone, Android and others, and setting up by itself."),
    "laptop",
)
