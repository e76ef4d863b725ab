"""What every page shows around its screen: navigation, skin, the way to help."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mailaccounts.sessions import seconds_left
from panel.help import PAGES
from panel.screens import path_of
from panel.skins import default_skin, skins


@dataclass(frozen=True)
class Entry:
    """A line of the navigation pane."""

    screen: str
    label: str | Promise
    hint: str | Promise
    icon: str


GENERAL = (Entry("home", _("Home"), _("Tools and services of this account."), "house"),)
SYSTEM = (
    Entry(
        "sessions",
        _("Sessions"),
        _("Who is logged in to this account, from where and since when; end a session."),
        "monitor-smartphone",
    ),
    Entry(
        "global_account",
        _("Global account"),
        _("One login and password for several accounts."),
        "fingerprint-pattern",
    ),
)


class Frame:
    """Looked up by templates, each part only when a page asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def screen(self) -> str:
        match = self.request.resolver_match
        return (match.url_name if match else "") or ""

    @cached_property
    def skin(self) -> str:
        """The account's choice, if there is still such a skin."""
        skin: str = getattr(self.request.user, "skin", "")
        return skin if skin in skins() else default_skin()

    @cached_property
    def help_path(self) -> str:
        """Help for this screen; the contents where a screen has no page of its own."""
        if self.screen in PAGES:
            return reverse("help_page", args=[self.screen])
        return reverse("help")

    @property
    def wait_seconds(self) -> int:
        """For how long at most nothing can be clicked while the screen loads; 0 for not at all."""
        wanted = getattr(self.request.user, "wait_until_loaded", False)
        return settings.WAIT_SECONDS if wanted else 0

    @property
    def seconds_left(self) -> int:
        """How long the session goes on without a further click."""
        return seconds_left(self.request.session, timezone.now())

    @property
    def logout_path(self) -> str:
        return path_of("logout")

    @cached_property
    def general(self) -> list[tuple[Entry, str]]:
        return [(entry, path_of(entry.screen)) for entry in GENERAL]

    @cached_property
    def system(self) -> list[tuple[Entry, str]]:
        """Only screens that exist."""
        return [(entry, path) for entry in SYSTEM if (path := path_of(entry.screen))]


def frame(request: HttpRequest) -> dict[str, Frame]:
    """The context processor."""
    return {"frame": Frame(request)}
