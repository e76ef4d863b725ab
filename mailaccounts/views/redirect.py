"""The Redirect screen."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.forms.redirect import RedirectForm
from mailaccounts.views.notices import say_done


@owner_required("manage_redirect")
def redirect_edit(request: AccountRequest) -> HttpResponse:
    """Send mail on to one other address, or stop doing so."""
    form = RedirectForm(
        request.POST if request.method == "POST" else None, instance=request.user.redirect
    )
    if form.is_valid():
        form.save()
        say_done(request, _("Redirect saved."))
        return redirect("home")
    return render(request, "mailaccounts/redirect_edit.html", {"form": form})
