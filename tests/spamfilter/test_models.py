"""Rules of the settings: each speaks to people, and PostgreSQL refuses the row. Proves G28, G30."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from mailaccounts.models import MailAccount
from spamfilter.models import ListEntry, ServerListEntry, SpamFilter, SpamList
from tests.make import make_list_entries

NO_PATTERN = "Enter an address or a pattern such as *@spammers.net."
TWICE = "This pattern is on one of the lists already."


def settings(**fields: object) -> SpamFilter:
    row = MailAccount.objects.get().spam_filter
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def entry(pattern: str) -> ListEntry:
    owner = MailAccount.objects.get()
    return ListEntry(spam_filter=owner.spam_filter, list=SpamList.WHITE, pattern=pattern)


def server_entry(pattern: str) -> ServerListEntry:
    return ServerListEntry(list=SpamList.WHITE, pattern=pattern)


WRONG = {
    "required_score_is_in_range": [
        (lambda: settings(required_score=Decimal("0.0")), "Enter a number from 0.1 to 99.9."),
        (lambda: settings(required_score=Decimal("-7.0")), "Enter a number from 0.1 to 99.9."),
    ],
    "spam_marker_is_one_line": [
        (lambda: settings(marker="a\r\nBcc: b"), "The marker is one line of text."),
    ],
    "spam_marker_is_there_when_wanted": [
        (lambda: settings(marker=""), "Enter the text that marks the subject of spam."),
    ],
    "pattern_is_well_formed": [
        (lambda: entry("*@Spammers.net"), NO_PATTERN),
        (lambda: entry("spammers.net"), NO_PATTERN),
        (lambda: entry("a@b.example\nuse_bayes 0"), NO_PATTERN),
        (lambda: entry("a@b.example #"), NO_PATTERN),
    ],
    "pattern_is_on_one_list": [(lambda: entry("a@b.example"), TWICE)],
    "server_pattern_is_well_formed": [(lambda: server_entry("a b@c.example"), NO_PATTERN)],
    "server_pattern_is_on_one_list": [(lambda: server_entry("a@b.example"), TWICE)],
}


@pytest.mark.parametrize(
    ("constraint", "row", "sentence"),
    [(name, row, sentence) for name, rows in WRONG.items() for row, sentence in rows],
)
def test_what_breaks_a_rule_is_told_and_refused(alice, constraint, row, sentence):
    make_list_entries(alice, SpamList.BLACK, "a@b.example")
    ServerListEntry.objects.create(list=SpamList.BLACK, pattern="a@b.example")

    with pytest.raises(ValidationError) as told:
        row().validate_constraints()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row().save()

    assert told.value.messages == [sentence]
