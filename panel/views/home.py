"""Home: the tools and the state of an account."""

from django.http import HttpResponse
from django.shortcuts import render

from mailaccounts.access import AccountRequest, owner_required
from mailaccounts.fullness import share_of
from mailaccounts.info import account_facts
from panel.home import info_rows, mailbox_detail, paths_of, shown_tools, usage_of


@owner_required()
def home(request: AccountRequest) -> HttpResponse:
    account = request.user
    facts = account_facts(account)
    usage = usage_of(account)
    paths = paths_of(account)
    context = {
        "account": account,
        "tools": shown_tools(paths),
        "rows": info_rows(account, facts, usage, paths),
        "usage": usage,
        "share": share_of(usage, account.mailbox_limit),
        "mailbox_detail": mailbox_detail(usage),
        "aliases": facts.aliases,
        "aliases_path": paths.get("aliases", ""),
    }
    return render(request, "panel/home.html", context)
