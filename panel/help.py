"""The help pages, in the order of the contents; the texts are in templates/help/."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# A screen's name and how its help page is called; some pages are about no screen in particular.
# The contents themselves are the page `help`.
PAGES: dict[str, str | Promise] = {
    "start": _("First steps"),
    "services": _("How the services work together"),
    "keyboard": _("Keyboard, telephone, screen reader"),
    "glossary": _("Words explained"),
    "home": _("Home"),
    "login": _("Log in"),
    "password_reset": _("Forgot your password?"),
    "password_reset_confirm": _("Set a new password"),
    "preferences": _("Preferences"),
    "recovery_confirm": _("Confirm recovery address"),
    "sessions": _("Sessions"),
    "sessions_remove": _("End sessions"),
    "permissions": _("Permissions"),
    "mailbox_edit": _("Mailbox"),
    "mailbox_off": _("Switch the mailbox off"),
    "mailbox_empty": _("Empty the mailbox"),
    "mailbox_empty_confirm": _("Confirm what is deleted"),
    "mail_programs": _("Mail programs"),
    "set_up": _("Set up your mail"),
    "webmail": _("Webmail"),
    "spam_filter_edit": _("Spam filter"),
    "black_list": _("Black list"),
    "white_list": _("White list"),
    "list_entries_remove": _("Remove patterns"),
    "training": _("Training"),
    "training_clear": _("Clear the database"),
    "antivirus_edit": _("Antivirus"),
    "redirect_edit": _("Redirect"),
    "mail_group": _("Mail group"),
    "group_member_new": _("New member"),
    "group_members_remove": _("Remove members"),
    "groups": _("Groups"),
    "aliases": _("Mail aliases"),
    "alias_new": _("New alias"),
    "alias_edit": _("Change alias"),
    "aliases_remove": _("Remove aliases"),
    "autoresponders": _("Autoresponders"),
    "autoresponder_new": _("New autoresponder"),
    "autoresponder_edit": _("Change an autoresponder"),
    "autoresponder_answers": _("Whom an autoresponder answered"),
    "autoresponders_remove": _("Remove autoresponders"),
    "attachments": _("Attachment files"),
    "attachments_remove": _("Remove attachment files"),
}

# Each chapter of the contents by the page that it begins with.
CHAPTERS: dict[str, str | Promise] = {
    "start": _("Getting started"),
    "mailbox_edit": _("Mailbox"),
    "spam_filter_edit": _("Spam and viruses"),
    "redirect_edit": _("Sending mail on"),
    "aliases": _("Further addresses"),
    "autoresponders": _("Answering by itself"),
}


@dataclass(frozen=True)
class Chapter:
    """A part of the contents: its title, and the names and titles of its pages."""

    title: str | Promise
    pages: dict[str, str | Promise]


def chapters() -> list[Chapter]:
    """The contents: every page, in its order, in the chapter that began last."""
    found: list[Chapter] = []
    for name, title in PAGES.items():
        if name in CHAPTERS:
            found.append(Chapter(CHAPTERS[name], {}))
        found[-1].pages[name] = title
    return found


def chapter_of(page: str) -> Chapter:
    """The chapter in which a page stands."""
    return next(chapter for chapter in chapters() if page in chapter.pages)


def neighbours(page: str) -> tuple[str, str]:
    """The names of the pages before and after this one; empty where there is none."""
    names = ["", *PAGES, ""]
    place = names.index(page)
    return names[place - 1], names[place + 1]
