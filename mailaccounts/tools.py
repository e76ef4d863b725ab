"""The tools that this app offers on Home, and the shape in which every app offers its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Tool:
    """An icon with a label on Home.

    `url_name` is the screen's one name. `permission`, such as `mailaccounts.manage_redirect`, is
    what a plan must grant for the tool to appear; empty for everyone. `service` is the attribute of
    the account whose state the Info list shows beside the label; empty for none. `on` and `off` are
    the words for that state, which in many languages agree with the service's name. `new_tab` is
    for what is not a screen of the panel.
    """

    url_name: str
    label: str | Promise
    hint: str | Promise
    icon: str
    permission: str = ""
    service: str = ""
    on: str | Promise = ""
    off: str | Promise = ""
    new_tab: bool = False


TOOLS = (
    Tool(
        "permissions",
        _("Permissions"),
        _("What your provider allows this account to do."),
        "list-checks",
    ),
    Tool(
        "mailbox_edit",
        _("Mailbox"),
        _("Switch the mailbox on or off; see how full it is."),
        "inbox",
        permission="mailaccounts.manage_mailbox",
        service="mailbox",
        # Translators: agrees with the service named before, here the mailbox.
        on=pgettext_lazy("mailbox", "On"),
        # Translators: agrees with the service named before, here the mailbox.
        off=pgettext_lazy("mailbox", "Off"),
    ),
    Tool(
        "redirect_edit",
        _("Redirect"),
        _("Send incoming mail on to another address."),
        "forward",
        permission="mailaccounts.manage_redirect",
        service="redirect",
        on=pgettext_lazy("redirect", "On"),
        off=pgettext_lazy("redirect", "Off"),
    ),
    Tool(
        "mail_group",
        _("Mail group"),
        _("Send incoming mail on to several members."),
        "users",
        permission="mailaccounts.manage_mail_group",
        service="mail_group",
        on=pgettext_lazy("mail group", "On"),
        off=pgettext_lazy("mail group", "Off"),
    ),
    Tool(
        "groups",
        _("Groups"),
        _("The mail groups that this address is a member of."),
        "contact",
    ),
    Tool(
        "aliases",
        _("Mail aliases"),
        _("Further addresses whose mail arrives here; make your own, and end them."),
        "at-sign",
        permission="mailaccounts.manage_own_aliases",
    ),
)
