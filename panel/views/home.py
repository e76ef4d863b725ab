"""Home: the tools and the state of an account."""

from django.http import HttpResponse
from django.shortcuts import render

from mailaccounts.access import AccountRequest, owner_required


@owner_required()
def home(request: AccountRequest) -> HttpResponse:
    return render(request, "panel/home.html")
