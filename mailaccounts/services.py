"""Services: one-to-one rows that every account has, whichever app they belong to."""

from datetime import datetime
from functools import cache
from typing import cast

from django.apps import apps

from mailaccounts.models.account import MailAccount
from mailaccounts.models.service import Service


@cache
def service_models() -> tuple[type[Service], ...]:
    """The service models that the installed apps name in `AppConfig.services`, in app order."""
    return tuple(
        cast(type[Service], config.get_model(name))
        for config in apps.get_app_configs()
        for name in getattr(config, "services", ())
    )


@cache
def service_names() -> tuple[str, ...]:
    """The attribute of an account at which each service is found: `mailbox`, `redirect`, …"""
    return tuple(
        str(model._meta.get_field("account").remote_field.related_name)
        for model in service_models()
    )


def accepts_mail(account: MailAccount, now: datetime, *, without: str = "") -> bool:
    """Whether any service, other than the one named, makes the account accept mail."""
    return any(
        cast(Service, getattr(account, name)).accepts_mail(now)
        for name in service_names()
        if name != without
    )
