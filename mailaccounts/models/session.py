"""Panel sessions: the row is the session, deleting it ends it."""

from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailaccounts.models.account import MailAccount


class Session(AbstractBaseSession):
    """One browser that is logged in.

    Without an account it was: a newer login ended it and left word of that in the data.
    """

    account = models.ForeignKey(
        MailAccount, models.CASCADE, null=True, related_name="sessions", verbose_name=_("login")
    )
    ip_address = models.GenericIPAddressField(_("IP address"), null=True)
    user_agent = models.CharField(_("browser"), max_length=255, blank=True)
    started = models.DateTimeField(_("logon time"))
    last_activity = models.DateTimeField(_("last activity"))

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls) -> type:
        from mailaccounts.sessions import SessionStore  # the engine imports this model

        return SessionStore
