"""Addresses and events are kept 90 days. Proves G42."""

from datetime import timedelta

import pytest
from django.utils import timezone

from autoresponder.housekeeping import KEPT, housekeep
from autoresponder.models import Answered, AnswerEvent
from tests.make import make_autoresponder

pytestmark = pytest.mark.django_db


def test_what_is_too_old_is_forgotten_and_no_longer_counted(alice, bob):
    now = timezone.now()
    mine, other = make_autoresponder(alice, stored=3, answers=9), make_autoresponder(bob, stored=1)
    old, young = now - KEPT - timedelta(seconds=1), now - KEPT + timedelta(minutes=1)
    for one, name, at in (
        (mine, "a", old),
        (mine, "b", old),
        (mine, "c", young),
        (other, "a", young),
    ):
        one.answered.create(address=f"{name}@far.example", day=at.date(), today=1, at=at)
        one.events.create(at=at, address=f"{name}@far.example", is_answered=True, because="x")

    housekeep(now)
    housekeep(now)

    kept = {(mine.pk, "c@far.example"), (other.pk, "a@far.example")}
    for model in (Answered, AnswerEvent):
        assert set(model.objects.values_list("autoresponder_id", "address")) == kept
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.stored, mine.answers, other.stored) == (1, 9, 1)
