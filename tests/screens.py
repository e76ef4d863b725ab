"""Every screen of the panel, found by walking the URL list."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from mailaccounts.actions import make_password_link
from mailaccounts.models import MailAccount
from tests.make import make_own_alias

# The ways in, for who is not logged in.
DOORS = {"login", "password_reset", "password_reset_confirm"}
# Open to who is not logged in, too.
PUBLIC = {*DOORS, "help", "help_page"}
# Open to every account, whatever its plan grants; all others need a permission.
UNIVERSAL = {"home", "preferences", "permissions", "groups", "logout"}
# Answer to a posted form alone, with another screen or a confirmation.
ACTS = {
    *("logout", "mail_group_on", "mail_group_off", "group_members_remove"),
    *("alias_on", "alias_off", "aliases_remove"),
}


def own_screens() -> list[str]:
    """The names of all screens but the admin's."""
    return list(_names(get_resolver().url_patterns))


def path_of(screen: str, account: MailAccount) -> str:
    """The address of a screen; where it needs an argument, one that leads somewhere."""
    if screen == "help_page":
        return reverse(screen, args=["redirect_edit"])
    if screen == "password_reset_confirm":
        return reverse(screen, args=[make_password_link(account=account, now=timezone.now())])
    if screen in {"alias_edit", "alias_on", "alias_off"}:
        own = account.aliases.filter(own=True).first() or make_own_alias(
            account, f"own{account.pk}@{account.domain_id}"
        )
        return reverse(screen, args=[own.pk])
    return reverse(screen)


def _names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if str(pattern.pattern).startswith("admin/"):
            continue
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        else:
            assert pattern.name, f"{pattern} has no name"
            yield pattern.name
