"""Panel sessions: the row is the session, deleting it ends it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from mailaccounts.browsers import Browser, browser_of
from mailaccounts.models.account import MailAccount


class SessionQuerySet(models.QuerySet["Session"]):
    def alive(self, now: datetime) -> SessionQuerySet:
        """Those in which somebody is logged in."""
        return self.filter(account__isnull=False, expire_date__gt=now)


SessionManager = BaseSessionManager.from_queryset(SessionQuerySet)


class Session(AbstractBaseSession):
    """One browser that is logged in.

    Without an account it was: a newer login ended it and left word of that in the data. Lists and
    forms name it by `id`: the key is a secret, with which anybody is logged in.
    """

    id = models.BigAutoField(primary_key=True)
    session_key = models.CharField(max_length=40, unique=True)
    account = models.ForeignKey(
        MailAccount, models.CASCADE, null=True, related_name="sessions", verbose_name=_("login")
    )
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, db_index=True)
    user_agent = models.CharField(_("browser"), max_length=255, blank=True)
    started = models.DateTimeField(_("logon time"), db_index=True)
    last_activity = models.DateTimeField(_("last activity"))

    objects = SessionManager()  # type: ignore[misc]  # a class variable in the stubs alone

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return str(self.account) if self.account_id else ""

    @property
    def browser(self) -> Browser:
        """Whose session it is, in words that its owner recognises."""
        return browser_of(self.user_agent)

    @property
    def kind(self) -> str:
        """What the one who is logged in is to the panel."""
        if self.account is not None and self.account.is_staff:
            return pgettext("type of session", "Provider’s staff")
        return pgettext("type of session", "Mail owner")

    @classmethod
    def get_session_store_class(cls) -> type:
        from mailaccounts.sessions import SessionStore  # the engine imports this model

        return SessionStore
