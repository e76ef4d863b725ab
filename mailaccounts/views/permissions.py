"""The Permissions screen."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from mailaccounts.access import AccountRequest, owner_required, permissions_of


@owner_required()
def permissions(request: AccountRequest) -> HttpResponse:
    """What the provider allows this account to do."""
    context = {
        "permissions": permissions_of(request.user),
        "contact": settings.PROVIDER_CONTACT,
    }
    return render(request, "mailaccounts/permissions.html", context)
