"""Mail accounts: a mail address with its services, and who logs in with it."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import connection, models
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.columns import Columns
from mailaccounts.models.domain import Domain
from mailaccounts.prepared import Prepared


class MailAccountQuerySet(models.QuerySet["MailAccount"]):
    def with_services(self) -> MailAccountQuerySet:
        """Accounts with all their services, in one query."""
        from mailaccounts.services import service_names  # the service models import this module

        return self.select_related(*service_names())

    def reached_at(self, address: str) -> MailAccountQuerySet:
        """The account whose address or alias this is, with or without a tag."""
        from mailaccounts.models.alias import Alias  # which imports this module

        address = addresses.without_tag(address)
        # A union of two look-ups by index; one condition with OR would read every account.
        named = MailAccount.objects.filter(address=address).order_by().values("pk")
        by_alias = Alias.objects.filter(address=address).order_by().values("account_id")
        return self.filter(pk__in=named.union(by_alias))

    def manageable_by(self, actor: MailAccount) -> MailAccountQuerySet:
        """The accounts of owners; superusers manage those of staff too."""
        return self if actor.is_superuser else self.filter(is_staff=False, is_superuser=False)


class MailAccountManager(BaseUserManager["MailAccount"]):
    def get_queryset(self) -> MailAccountQuerySet:
        return MailAccountQuerySet(self.model, using=self._db)

    def with_services(self) -> MailAccountQuerySet:
        return self.get_queryset().with_services()

    def reached_at(self, address: str) -> MailAccountQuerySet:
        return self.get_queryset().reached_at(address)

    def manageable_by(self, actor: MailAccount) -> MailAccountQuerySet:
        return self.get_queryset().manageable_by(actor)

    def get_by_natural_key(self, username: str | None) -> MailAccount:
        """The account that logs in."""
        columns, by_address = _login()
        with connection.cursor() as cursor:
            by_address.execute(cursor, [(username or "").strip().lower()])
            row = cursor.fetchone()
        if row is None:
            raise MailAccount.DoesNotExist
        return cast(MailAccount, columns.take(iter(row)))

    def create_superuser(self, address: str, password: str, **fields: Any) -> MailAccount:
        """For `manage.py createsuperuser`: staff with every permission; makes the domain too."""
        from mailaccounts.actions import create_account

        Domain.objects.get_or_create(name=addresses.domain_of(addresses.normalise_own(address)))
        return create_account(
            address=address, password=password, is_staff=True, is_superuser=True, **fields
        )


class MailAccount(AbstractBaseUser, PermissionsMixin):
    """An account: the address, the password, and how its owner likes the panel.

    A suspended account (`is_active` false) logs in nowhere and gets no mail; nothing is deleted.
    """

    address = models.CharField(
        _("mail address"),
        max_length=addresses.ADDRESS_OCTETS,
        unique=True,
        error_messages={"unique": _("This address is taken.")},
    )
    domain = models.ForeignKey(
        Domain,
        models.PROTECT,
        to_field="name",
        related_name="accounts",
        verbose_name=_("domain"),
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    language = models.CharField(_("interface language"), max_length=16, blank=True)
    skin = models.CharField(_("skin"), max_length=32, default="automatic")
    time_zone = models.CharField(_("time zone"), max_length=64, default=settings.TIME_ZONE)
    label_length = models.PositiveSmallIntegerField(_("button label length"), default=40)
    multiple_sessions = models.BooleanField(_("allow multiple sessions"), default=True)
    wait_until_loaded = models.BooleanField(
        _("prevent working until the screen has loaded completely"), default=True
    )

    recovery_address = models.CharField(
        _("recovery address"), max_length=addresses.ADDRESS_OCTETS, blank=True
    )

    USERNAME_FIELD = "address"
    REQUIRED_FIELDS = []

    objects = MailAccountManager()

    class Meta:
        verbose_name = _("mail account")
        verbose_name_plural = _("mail accounts")
        ordering = ["address"]
        constraints = [
            models.CheckConstraint(
                name="account_address_is_well_formed",
                condition=models.Q(address__regex=addresses.OWN_ADDRESS),
                violation_error_message=_("Enter a complete address, such as name@example.com."),
            ),
            models.CheckConstraint(
                name="account_address_is_in_its_domain",
                # By the field's name: forms and validation know no columns.
                condition=models.Q(
                    address__endswith=Concat(
                        models.Value("@"), models.F("domain"), output_field=models.CharField()
                    )
                ),
                violation_error_message=_("The address must be in the account’s domain."),
            ),
        ]

    def __str__(self) -> str:
        return addresses.readable(self.address)

    @cached_property
    def mailbox_limit(self) -> int | None:
        """How many octets the mailbox may hold; `None` for as many as come.

        Set by `mailaccounts.rows`, so that pages and delivery need no query for it.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT octets FROM mailhost.limits WHERE account_id = %s", [self.pk])
            row = cursor.fetchone()
        return row[0] if row else None

    def manageable_by(self, actor: MailAccount) -> bool:
        """The same rule for one account."""
        return actor.is_superuser or not (self.is_staff or self.is_superuser)


@cache
def _login() -> tuple[Columns, Prepared]:
    """How the account that logs in is read, as which every login begins."""
    columns = Columns(MailAccount)
    table = MailAccount._meta.db_table
    sql = f"SELECT {', '.join(columns.columns)} FROM {table} WHERE address = $1"  # noqa: S608
    return columns, Prepared("mailaccounts_login", ["text"], sql)
