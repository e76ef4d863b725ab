"""The Groups screen."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.models import GroupMember

PER_PAGE = 50


@owner_required()
def groups(request: AccountRequest) -> HttpResponse:
    """The mail groups that send on to this account, and nothing of their other members."""
    memberships = GroupMember.objects.of_account(request.user).select_related("group__account")
    ordered = memberships.order_by("group__account__address", "address")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "mailaccounts/groups.html", {"page": page})
