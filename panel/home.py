"""What Home shows: the tools of all apps, and the state of each service."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from autoresponder.tools import TOOLS as AUTORESPONDER_TOOLS
from mailaccounts.info import AccountFacts, service_details
from mailaccounts.models import MailAccount
from mailaccounts.store import StoreUnavailable, Usage, mail_store
from mailaccounts.tools import TOOLS as ACCOUNT_TOOLS
from mailaccounts.tools import Tool
from panel.screens import path_of
from panel.tools import MAIL_PROGRAMS, WEBMAIL
from panel.tools import TOOLS as PANEL_TOOLS
from panel.webmail import webmail_state, webmail_url
from spamfilter.info import filter_details, is_silent
from spamfilter.tools import TOOLS as SPAM_TOOLS

TOOLS: tuple[Tool, ...] = (
    *PANEL_TOOLS,
    *ACCOUNT_TOOLS,
    *AUTORESPONDER_TOOLS,
    *SPAM_TOOLS,
    WEBMAIL,
    MAIL_PROGRAMS,
)


@dataclass(frozen=True)
class ShownTool:
    """A tool whose screen exists and is granted."""

    tool: Tool
    path: str


@dataclass(frozen=True)
class InfoRow:
    """One service and its state; `path` is empty where its screen is not granted.

    `new_tab` is for what is not a screen of the panel.
    """

    label: str | Promise
    icon: str
    state: str
    state_label: str | Promise
    detail: str | Promise
    path: str
    new_tab: bool = False


def paths_of(account: MailAccount) -> dict[str, str]:
    """Where each tool leads, for those whose screen exists and is granted."""
    paths = {
        tool.url_name: path
        for tool in TOOLS
        if (not tool.permission or account.has_perm(tool.permission))
        and (path := path_of(tool.url_name))
    }
    if webmail := webmail_url(account):
        paths[WEBMAIL.url_name] = webmail
    return paths


def shown_tools(paths: dict[str, str]) -> list[ShownTool]:
    return [ShownTool(tool, paths[tool.url_name]) for tool in TOOLS if tool.url_name in paths]


def usage_of(account: MailAccount) -> Usage | None:
    """What the mailbox holds; nothing known while the store does not answer."""
    try:
        return mail_store().usage(account.address)
    except StoreUnavailable:
        return None


def info_rows(
    account: MailAccount, facts: AccountFacts, usage: Usage | None, paths: dict[str, str]
) -> list[InfoRow]:
    """First the panel itself, then every service that some tool stands for."""
    details = service_details(account, facts)
    details["mailbox"] = mailbox_detail(usage)
    details |= filter_details(account)
    on = pgettext("control panel access", "On")
    access = InfoRow(_("Control panel access"), "lock", "on", on, "", paths.get("preferences", ""))
    return [
        access,
        *(
            InfoRow(
                tool.label,
                tool.icon,
                *_state(account, tool, usage),
                details.get(tool.service, ""),
                paths.get(tool.url_name, ""),
            )
            for tool in TOOLS
            if tool.service
        ),
        InfoRow(
            WEBMAIL.label,
            WEBMAIL.icon,
            *webmail_state(account),
            paths.get(WEBMAIL.url_name, ""),
            new_tab=True,
        ),
    ]


def _state(account: MailAccount, tool: Tool, usage: Usage | None) -> tuple[str, str | Promise]:
    """For the style sheet, and in words."""
    if not getattr(account, tool.service).enabled:
        return "off", tool.off
    if tool.service == "mailbox" and usage is None:
        return "problem", _("Problem")
    if is_silent(tool.service):
        return "problem", _("Problem")
    return "on", tool.on


def mailbox_detail(usage: Usage | None) -> str:
    if usage is None:
        return _("Cannot be read at the moment")
    return ngettext("%(count)s message", "%(count)s messages", usage.messages) % {
        "count": number_format(usage.messages, force_grouping=True)
    }
