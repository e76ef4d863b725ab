"""The keys with which mail of a domain is signed as it leaves (DKIM, RFC 6376)."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mailaccounts.models.domain import Domain

_BITS = 2048  # RFC 8301, and what fits into every DNS


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def signing(self) -> SigningKeyQuerySet:
        """Keys that sign now; the view `mailhost.signing_keys` has the same rule."""
        return self.filter(state=SigningKey.SIGNING)

    def coming(self) -> SigningKeyQuerySet:
        """Keys whose record is still to be entered into the DNS."""
        return self.filter(state=SigningKey.COMING)

    def retired(self) -> SigningKeyQuerySet:
        """Keys that sign no more, whose record is still needed."""
        return self.filter(state=SigningKey.RETIRED)

    def needless(self, now: datetime) -> SigningKeyQuerySet:
        """Keys whose record nobody asks for any more."""
        return self.retired().filter(retired__lte=now - SigningKey.KEPT)


class SigningKey(models.Model):
    """One that signs for each domain; while it is renewed one that is coming, then a retired one.

    A selector, once it was in the DNS, is never used for another key: old records are remembered
    (RFC 6376, section 3.1). Of the mail host's servers only the one that signs reads any of this.
    """

    SELECTOR = "pigeonnier"
    COMING, SIGNING, RETIRED = "coming", "signing", "retired"
    # Hosts try for five days to pass a message on (RFC 5321, section 4.5.4.1), and it is verified
    # only then.
    KEPT = timedelta(days=7)

    domain = models.ForeignKey(
        Domain,
        models.CASCADE,
        related_name="signing_keys",
        db_index=False,  # its selectors are indexed
    )
    selector = models.CharField(max_length=63, default=SELECTOR)
    state = models.CharField(max_length=7, default=SIGNING)
    private_key = models.TextField(blank=True)  # PEM; none once it signs no more
    public_key = models.TextField()  # as the DNS has it
    created = models.DateTimeField(auto_now_add=True)
    retired = models.DateTimeField(null=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # nobody reads it, nor gives it away
        constraints = [
            models.CheckConstraint(
                name="selector_is_one_label",
                condition=Q(selector__regex=r"^[a-z0-9]+$"),
                violation_error_message=_("Use small letters and digits."),
            ),
            models.UniqueConstraint(
                name="selector_is_of_one_key",
                fields=["domain", "selector"],
                violation_error_message=_("The domain has a key of this name already."),
            ),
            models.UniqueConstraint(
                name="one_key_signs_for_a_domain",
                fields=["domain"],
                condition=Q(state="signing"),
                violation_error_message=_("Another key signs for the domain."),
            ),
            models.UniqueConstraint(
                name="one_key_is_coming_for_a_domain",
                fields=["domain"],
                condition=Q(state="coming"),
                violation_error_message=_("A new key is waiting already."),
            ),
            models.CheckConstraint(
                name="retired_key_signs_no_more",
                condition=Q(state="retired", private_key="", retired__isnull=False)
                | (Q(state__in=["coming", "signing"], retired=None) & ~Q(private_key="")),
                violation_error_message=_("A key that is retired is deleted, and no other is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.selector}._domainkey.{self.domain.name}"

    @classmethod
    def new(cls, domain: Domain, *, selector: str = SELECTOR, state: str = SIGNING) -> SigningKey:
        """A fresh one, not saved. It takes about a tenth of a second."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return cls(
            domain=domain,
            selector=selector,
            state=state,
            private_key=pem.decode("ascii"),
            public_key="".join(public.decode("ascii").splitlines()[1:-1]),
        )

    def record(self) -> str:
        """What the domain's DNS has to say of it (RFC 6376, section 3.6.1)."""
        return f"v=DKIM1; k=rsa; p={self.public_key}"

    def is_published_in(self, texts: list[str]) -> bool:
        """Whether these records of its name are its own and nothing else, however they are spaced.

        With several records a verifier takes any one of them (section 3.6.2.2).
        """
        return [_public_key_in(text) for text in texts] == [self.public_key]

    @property
    def kept_until(self) -> datetime | None:
        """Until when the record of a retired key is needed."""
        return self.retired + self.KEPT if self.retired else None


def _public_key_in(record: str) -> str:
    tags = (tag.partition("=") for tag in "".join(record.split()).split(";"))
    return {name: value for name, _equals, value in tags}.get("p", "")
