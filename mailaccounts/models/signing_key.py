"""The key with which mail of a domain is signed as it leaves (DKIM, RFC 6376)."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailaccounts.models.domain import Domain

_BITS = 2048  # RFC 8301, and what fits into every DNS


class SigningKey(models.Model):
    """One for each domain. Of the mail host's servers only the one that signs reads it."""

    SELECTOR = "pigeonnier"

    domain = models.OneToOneField(
        Domain, models.CASCADE, primary_key=True, related_name="signing_key"
    )
    selector = models.CharField(max_length=63, default=SELECTOR)
    private_key = models.TextField()  # PEM
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()  # nobody reads it, nor gives it away
        constraints = [
            models.CheckConstraint(
                name="selector_is_one_label",
                condition=models.Q(selector__regex=r"^[a-z0-9]+$"),
                violation_error_message=_("Use small letters and digits."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.selector}._domainkey.{self.domain.name}"

    @classmethod
    def new(cls, domain: Domain) -> SigningKey:
        """A fresh one, not saved. It takes about a tenth of a second."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return cls(domain=domain, private_key=pem.decode("ascii"))

    def record(self) -> str:
        """What the domain's DNS has to say of it (RFC 6376, section 3.6.1)."""
        public = load_pem_private_key(self.private_key.encode(), None).public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        return f"v=DKIM1; k=rsa; p={''.join(pem.splitlines()[1:-1])}"
