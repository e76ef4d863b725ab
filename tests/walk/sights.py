"""What there is to see: every screen, and those of its states that look different."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from mailaccounts.models import MailAccount
from tests.screens import ACTS, DOORS, PUBLIC, confirmations, own_screens, path_of

ADDRESS = "a@b.example"
WRONG = ".error, .notice.danger"
EMPTY = ".empty, .muted"
OPENED = 'document.querySelectorAll("details").forEach(one => one.open = true)'

# By its button, as the Tab key goes on from there. On a desk the pane is always there.
MENU = """document.querySelector("[popovertarget=pane]").focus();
    if (innerWidth < 960 && !pane.matches(":popover-open")) document.activeElement.click()"""


@dataclass(frozen=True)
class Sight:
    """One thing to look at.

    `posted` is sent by a form from the page before, which has a token. `shows` selects what must be
    there, so that the state is the one that is meant. `after` is a script for what somebody does in
    the page first. A `whole` one is no state of another: the keyboard goes through it on every
    device, and its picture is taken in every skin.
    """

    name: str
    path: str
    posted: Mapping[str, str] | None = None
    status: int = 200
    shows: str = "main h1"
    after: str = OPENED
    whole: bool = False


def doors(owner: MailAccount) -> list[Sight]:
    """For who is not logged in: the ways in, what is said there, and where there is no way."""
    # The login last, as it has the token for the forms that are sent next.
    names = sorted(PUBLIC, key=lambda screen: (screen == "login", screen))
    paths = {screen: path_of(screen, owner) for screen in names}
    token = {"new_password": "short", "confirmation": "other"}
    return [
        *(Sight(f"door-{screen}", path, whole=True) for screen, path in paths.items()),
        Sight("door-login-empty", paths["login"], {"login": ""}, shows=WRONG),
        Sight(
            "door-login-wrong",
            paths["login"],
            {"login": owner.address, "password": "wrong"},
            shows=WRONG,
        ),
        Sight("door-password_reset-wrong", paths["password_reset"], {"email": "x"}, shows=WRONG),
        Sight(
            "door-password_reset_confirm-wrong",
            paths["password_reset_confirm"],
            token,
            shows=WRONG,
        ),
        Sight(
            "door-password_reset-sent",
            paths["password_reset"],
            {"login": owner.address, "email": owner.address},
            shows=".notice",
        ),
        Sight(
            "door-password_reset_confirm-late",
            reverse("password_reset_confirm", args=["none"]),
            status=404,
        ),
        Sight("door-help-found", f"{paths['help']}?q=mail"),
        Sight("error-404", "/nothing", status=404),
    ]


def screens(owner: MailAccount) -> list[Sight]:
    """Every screen behind the login, and every confirmation, with something in it."""
    inside = [screen for screen in own_screens() if screen not in {*ACTS, *DOORS}]
    paths = {screen: path_of(screen, owner) for screen in inside} | confirmations(owner)
    # What the tools of Home explain changes how they are laid out, so Home is seen with it closed.
    return [
        Sight(screen, path, after="" if screen == "home" else OPENED, whole=True)
        for screen, path in paths.items()
    ]


def states(owner: MailAccount) -> list[Sight]:
    """Forms with something wrong, searches, later pages, previews, and what comes over a screen."""
    return [*_lists(), *_wrong(owner), *_over()]


def _wrong(owner: MailAccount) -> list[Sight]:
    posted = {
        "redirect_edit": {"enabled": "on", "address": "nobody"},
        "group_member_new": {"addresses": f"{ADDRESS}\nnobody\n"},
        "alias_new": {"address": "no alias"},
        "alias_edit": {"last_day": "2001-01-01"},
        "black_list": {"patterns": "nobody"},
        "white_list": {"patterns": "nobody"},
        "spam_filter_edit": {"required_score": "0", "action": "mark"},
        "autoresponder_new": {"starts": "2026-02-02", "ends": "2026-01-01"},
        "autoresponder_edit": {"request": "subject", "return_address": "nobody"},
        "attachments": {},
        "preferences": {"recovery_address": "nobody", "new_password": "short", "label_length": "0"},
        "mailbox_empty": {"which": "older", "days": "0"},
    }
    return [
        Sight(f"{screen}-wrong", path_of(screen, owner), fields, shows=WRONG)
        for screen, fields in posted.items()
    ]


def _lists() -> list[Sight]:
    searched = ["mail_group", "aliases", "black_list", "training"]
    long = ["mail_group", "black_list", "training"]
    return [
        *(Sight(f"{one}-not-found", f"{reverse(one)}?q=zzz", shows=".empty") for one in searched),
        *(Sight(f"{one}-page", f"{reverse(one)}?page=3", shows=".pager b") for one in long),
        Sight("sessions-sorted", f"{reverse('sessions')}?sort=-ip", shows="[aria-sort]"),
        Sight("help-found", f"{reverse('help')}?q=mail", shows="mark"),
        Sight("help-not-found", f"{reverse('help')}?q=zzz"),
    ]


def _over() -> list[Sight]:
    home = reverse("home")
    answer = {"name": "Away", "request": "always", "text": "<p>Away.</p>", "format": "html"}
    score = {"required_score": "5.5", "action": "mark", "folder": "junk", "marker": "[typed]"}
    return [
        Sight("home-explained", home, shows=".tool-hint"),
        Sight("home-menu", home, after=MENU),
        Sight("home-idle", home, after="idle.hidden = false"),
        Sight("autoresponder_preview", reverse("autoresponder_preview"), answer, shows=".letter"),
        Sight("spam_filter_preview", reverse("spam_filter_preview"), score, shows=".badge"),
        Sight("mail_group-off", reverse("mail_group_off"), {}, shows=".notice"),
        Sight("error-403-form", reverse("redirect_edit"), {"csrfmiddlewaretoken": "x"}, status=403),
    ]


def beginnings(owner: MailAccount) -> list[Sight]:
    """Of an account in which there is nothing yet, on a server that has nothing beside mail."""
    screens = {
        "home": ".muted",
        "aliases": EMPTY,
        "mail_group": ".empty",
        "groups": EMPTY,
        "autoresponders": ".empty",
        "attachments": EMPTY,
        "black_list": EMPTY,
        "training": ".empty",
        "mail_programs": ".notice",
        "antivirus_edit": ".notice",
        "mailbox_off": "h1",
    }
    return [
        Sight(f"{screen}-nothing", reverse(screen), shows=shows)
        for screen, shows in screens.items()
    ]


def refusals(owner: MailAccount) -> list[Sight]:
    """Of one of the staff who may do nothing, with the mailbox off; and a fault of ours."""
    return [
        Sight("home-bare", reverse("home"), shows=".account a"),
        Sight("permissions-none", reverse("permissions")),
        Sight("mail_programs-off", reverse("mail_programs"), shows=".notice"),
        Sight("error-403", reverse("redirect_edit"), status=403),
        Sight("error-405", reverse("session_stay"), status=405),
        Sight("error-500", reverse("groups"), status=500),
    ]
