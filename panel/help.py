"""The help pages, in the order of the contents; the texts are in templates/help/."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# A screen's name and how its help page is called. The contents themselves are the page `help`.
PAGES: dict[str, str | Promise] = {
    "home": _("Home"),
    "login": _("Log in"),
    "password_reset": _("Forgot your password?"),
    "password_reset_confirm": _("Set a new password"),
    "preferences": _("Preferences"),
    "sessions": _("Sessions"),
    "sessions_remove": _("End sessions"),
    "permissions": _("Permissions"),
    "mailbox_edit": _("Mailbox"),
    "mailbox_off": _("Switch the mailbox off"),
    "redirect_edit": _("Redirect"),
    "mail_group": _("Mail group"),
    "group_member_new": _("New member"),
    "group_members_remove": _("Remove members"),
    "groups": _("Groups"),
    "aliases": _("Mail aliases"),
    "alias_new": _("New alias"),
    "alias_edit": _("Change alias"),
    "aliases_remove": _("Remove aliases"),
    "spam_filter_edit": _("Spam filter"),
    "black_list": _("Black list"),
    "white_list": _("White list"),
    "list_entries_remove": _("Remove patterns"),
    "antivirus_edit": _("Antivirus"),
}
