"""What may stand on a black or white list. Proves G30."""

import pytest
from django.core.exceptions import ValidationError

from spamfilter import patterns


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Address@Spammers.NET", "address@spammers.net"),
        (" *@spammers.net\t", "*@spammers.net"),
        ("spammers.net", "*@spammers.net"),
        ("@spammers.net", "*@spammers.net"),
        ("promo?@*.example.net", "promo?@*.example.net"),
        ("*@bücher.example", "*@xn--bcher-kva.example"),
        ("*@*.bücher.example", "*@*.xn--bcher-kva.example"),
        ("*@*", "*@*"),
    ],
)
def test_one_spelling_for_each(typed, stored):
    assert patterns.normalise(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        *("", "@", "a b@c.example", "a@b.example c@d.example", "a#b@c.example", 'a"b@c.example'),
        *("a@b.example\nuse_bayes 0", "a\\@b.example", "é@c.example", "a@b.example#", "a\0@b.c"),
        *("Joe <joe@far.example>", "a@b@c.example", "*@" + "é" * 300, "a" * 250 + "@b.example"),
    ],
)
def test_what_spamassassin_could_read_as_more_than_an_address_is_refused(typed):
    with pytest.raises(ValidationError):
        patterns.normalise(typed)


def test_people_read_unicode():
    assert patterns.readable("*@*.xn--bcher-kva.example") == "*@*.bücher.example"
