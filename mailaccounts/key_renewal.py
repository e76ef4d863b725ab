"""Renewing the key that signs a domain's mail, so that every message can be verified at any time.

A new key is made under a name of its own (RFC 6376, section 3.1) and waits until its record is in
the DNS; then it signs, and the old one, which is deleted, keeps its record while mail is still on
its way. M3AAWG advises to do this every six months ("DKIM Key Rotation Best Common Practices",
2019).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mailaccounts.models import Domain, SigningKey


def make_coming_key(*, domain: Domain, now: datetime) -> None:
    """Make a key that waits to sign, unless one does already."""
    if domain.signing_keys.coming().exists():
        return
    selector = f"{SigningKey.SELECTOR}{now:%Y%m%d%H%M%S}"
    key = SigningKey.new(domain, selector=selector, state=SigningKey.COMING)
    # A colleague may have been faster.
    SigningKey.objects.bulk_create([key], ignore_conflicts=True)


@transaction.atomic
def switch_key(*, key: SigningKey, now: datetime) -> bool:
    """Let a coming key sign, and delete the one that did; whether it was still waiting."""
    # The row of the domain, so that two who switch at once do so one after the other.
    Domain.objects.select_for_update().get(pk=key.domain_id)
    keys = SigningKey.objects.filter(domain_id=key.domain_id)
    if not keys.coming().filter(pk=key.pk).exists():
        return False
    keys.signing().update(state=SigningKey.RETIRED, retired=now, private_key="")
    keys.filter(pk=key.pk).update(state=SigningKey.SIGNING)
    return True


def drop_coming_key(*, key: SigningKey) -> bool:
    """Delete a key that waits; whether it still did."""
    deleted, _models = SigningKey.objects.coming().filter(pk=key.pk).delete()
    return bool(deleted)
