"""Who may log in, and what they may do."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from mailaccounts.models import MailAccount


class MailAccountBackend(ModelBackend):
    """Django's, with the services read along and permissions from plans alone."""

    def get_user(self, user_id: int) -> MailAccount | None:
        account = MailAccount.objects.with_services().filter(pk=user_id).first()
        return account if account is not None and self.user_can_authenticate(account) else None

    def _get_user_permissions(self, user_obj: MailAccount) -> object:
        return Permission.objects.none()
