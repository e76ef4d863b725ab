"""The guard against doing anything twice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.postgres.indexes import BrinIndex
from django.db import connection, models

from mailaccounts.prepared import Prepared

_CLAIM = Prepared(
    "delivery_claim",
    ["timestamptz", "bytea[]"],
    """
    INSERT INTO delivery_carried (key, at, refusal)
    SELECT key, $1, '' FROM unnest($2) AS key ORDER BY key
    ON CONFLICT (key) DO NOTHING RETURNING key
    """,
)


class CarriedQuerySet(models.QuerySet["Carried"]):
    def claim(self, keys: Collection[bytes], now: datetime) -> set[bytes]:
        """Take what nobody has carried out yet; the caller's transaction holds it until committed.

        Whoever claims the same key meanwhile waits for that. In the order of the keys, so that two
        who claim several never wait for each other.
        """
        if not keys:
            return set()
        with connection.cursor() as cursor:
            _CLAIM.execute(cursor, [now, list(keys)])
            return {bytes(key) for (key,) in cursor.fetchall()}

    def refusals(self, keys: Collection[bytes]) -> dict[bytes, str]:
        """How each of these ended: the refusal, or empty for what was done."""
        return {bytes(row.key): row.refusal for row in self.filter(key__in=keys)}

    def older_than(self, moment: datetime) -> CarriedQuerySet:
        return self.filter(at__lt=moment)


class Carried(models.Model):
    """One action of one message for one recipient that has been carried out.

    `key` is made of account, envelope recipient, message, action and its target; see
    `delivery.parcel`. `refusal` is the reply of a relay that refused for good, so that the same
    message coming again gets the same answer.
    """

    key = models.BinaryField(primary_key=True)
    at = models.DateTimeField()
    refusal = models.TextField(blank=True)

    objects = CarriedQuerySet.as_manager()

    class Meta:
        indexes = [BrinIndex(fields=["at"], name="carried_at")]

    def __str__(self) -> str:
        return bytes(self.key).hex()
