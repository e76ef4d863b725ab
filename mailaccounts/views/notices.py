"""What a screen says after the deed."""

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _

from mailaccounts.access import AccountRequest
from mailaccounts.services import accepts_mail


def say_done(request: AccountRequest, text: str) -> None:
    """Say what was done, and warn when the account no longer accepts mail."""
    messages.success(request, text)
    if not accepts_mail(request.user, timezone.now()):
        messages.warning(
            request, _("Nothing accepts mail to this address now: senders get their messages back.")
        )
