"""An account's page in the administration: its addresses, and what its form posts."""

from django.urls import reverse

from mailaccounts.models import MailAccount, Plan
from mailaccounts.services import service_names


def account_url(account: MailAccount, name: str = "change") -> str:
    return reverse(f"admin:mailaccounts_mailaccount_{name}", args=[account.pk])


def as_it_stands(account: MailAccount, **changes: object) -> dict[str, object]:
    """What a browser posts when only these fields were changed; None for a box unticked."""
    account = MailAccount.objects.with_services().get(pk=account.pk)
    plan = Plan.objects.filter(user=account).first()
    form: dict[str, object] = {
        "plan": plan.pk if plan else "",
        "redirect-0-address": account.redirect.address,
    }
    for service in service_names():
        form |= {
            f"{service}-TOTAL_FORMS": 1,
            f"{service}-INITIAL_FORMS": 1,
            f"{service}-0-account": account.pk,
            f"{service}-0-enabled": "on" if getattr(account, service).enabled else None,
        }
    form |= {
        flag: "on" if getattr(account, flag) else None for flag in ("is_staff", "is_superuser")
    }
    return {name: value for name, value in (form | changes).items() if value is not None}
