"""Preferences: how the panel looks and speaks, the password, and the way back in."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from mailaccounts import addresses
from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.models import RecoveryLink
from mailaccounts.recovery import confirm_recovery_address
from panel.middleware import language_of
from panel.preferences import PreferencesForm, tell_of_recovery
from panel.skins import skins


@owner_required()
@sensitive_post_parameters("current_password", "new_password", "confirmation")
def preferences(request: AccountRequest) -> HttpResponse:
    form = PreferencesForm(request.POST or None, request=request)
    if form.is_valid():
        try:
            request.user = form.save()
        except ValidationError as error:
            form.add_error("recovery_address", error)
        else:
            with translation.override(language_of(request)):
                _say_what_was_saved(request, form)
            return redirect("preferences")
    waiting = RecoveryLink.objects.waiting(timezone.now()).filter(account=request.user).first()
    context = {"form": form, "skins": skins(), "waiting": waiting}
    return render(request, "panel/preferences.html", context)


def _say_what_was_saved(request: AccountRequest, form: PreferencesForm) -> None:
    messages.success(request, _("Preferences saved."))
    if address := form.other_recovery_address:
        sent = _("A mail was sent to %(address)s. Open the link in it to confirm the address.")
        messages.info(request, sent % {"address": addresses.readable(address)})


@owner_required()
def recovery_confirm(request: AccountRequest, token: str) -> HttpResponse:
    """Only for the account itself: a link that went to a mistyped address is of no use there."""
    now = timezone.now()
    waiting = RecoveryLink.objects.waiting(now).filter(account=request.user).first()
    if waiting is not None and not waiting.opens_with(token):
        waiting = None
    if waiting is not None and request.method == "POST":
        before = confirm_recovery_address(account=request.user, token=token, now=now)
        if before is not None:
            tell_of_recovery(request, request.user, before)
            messages.success(request, _("The recovery address is confirmed."))
            return redirect("preferences")
        waiting = None
    status = 404 if waiting is None else 200
    return render(request, "panel/recovery_confirm.html", {"waiting": waiting}, status=status)
