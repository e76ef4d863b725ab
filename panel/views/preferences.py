"""Preferences: how the panel looks and speaks, and the password."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from mailaccounts.access import AccountRequest, owner_required
from panel.entering import PreferencesForm
from panel.middleware import language_of
from panel.screens import skins


@owner_required()
@sensitive_post_parameters("current_password", "new_password", "confirmation")
def preferences(request: AccountRequest) -> HttpResponse:
    form = PreferencesForm(request.POST or None, request=request)
    if form.is_valid():
        request.user = form.save()
        with translation.override(language_of(request)):
            messages.success(request, _("Preferences saved."))
        return redirect("preferences")
    return render(request, "panel/preferences.html", {"form": form, "skins": skins()})
