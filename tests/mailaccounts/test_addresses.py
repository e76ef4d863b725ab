"""One spelling for each address, and a sentence for whatever is not one. Proves G8."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from mailaccounts import addresses
from mailaccounts.addresses import normalise, normalise_domain, normalise_own

LONG_DOMAIN = ".".join(["d" * 61] * 3)  # 185 octets; with a label of 61 - n more it reaches a limit


def refusal(rule, text: str) -> str:
    """The code of the error that the rule raises."""
    with pytest.raises(ValidationError) as caught:
        rule(text)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Alice@Example.COM", "alice@example.com"),
        ("  alice@example.com\n", "alice@example.com"),
        ("\N{NO-BREAK SPACE}alice@example.com", "alice@example.com"),
        ("alice@example.com.", "alice@example.com"),
        ("alice@EXAMPLE。COM", "alice@example.com"),
        ("alice@example.com。", "alice@example.com"),
        ("alice@\N{FULLWIDTH LATIN SMALL LETTER E}xample.com", "alice@example.com"),
        ("jean@Bücher.example", "jean@xn--bcher-kva.example"),
        ("jean@BÜCHER.EXAMPLE", "jean@xn--bcher-kva.example"),
        ("jean@bu\N{COMBINING DIAERESIS}cher.example", "jean@xn--bcher-kva.example"),
        ("jean@XN--BCHER-KVA.example", "jean@xn--bcher-kva.example"),
        ("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah"),
        ("first.last_name-2@a-b.example", "first.last_name-2@a-b.example"),
        ("user+tag@example.com", "user+tag@example.com"),
        ("o'brien&co=x@example.com", "o'brien&co=x@example.com"),
    ],
)
def test_one_spelling(text, stored):
    assert normalise(text) == stored


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "incomplete"),
        ("alice", "incomplete"),
        ("@example.com", "incomplete"),
        ("alice@", "domain"),
        ("alice@@example.com", "local_part"),
        ("alice@home@example.com", "local_part"),
        ("al ice@example.com", "local_part"),
        ("alice @example.com", "local_part"),
        ("alice@ example.com", "domain"),
        ("alice@exam ple.com", "domain"),
        ('"al ice"@example.com', "local_part"),
        ("Alice <alice@example.com>", "local_part"),
        ("alice@example.com>", "domain"),
        ("alice@example.com, bob@example.com", "local_part"),
        ("alice\r\nbcc:eve@example.com", "local_part"),
        ("alice@example.com\r\nx", "domain"),
        ("al\x00ice@example.com", "local_part"),
        ("alice@exam\x00ple.com", "domain"),
        ("al\x7fice@example.com", "local_part"),
        ("al\N{RIGHT-TO-LEFT OVERRIDE}ice@example.com", "local_part"),
        ("al\N{ZERO WIDTH SPACE}ice@example.com", "local_part"),
        ("alice@exam\N{RIGHT-TO-LEFT OVERRIDE}ple.com", "domain"),
        ("franç.ois@example.com", "local_part"),
        ("\N{KELVIN SIGN}elvin@example.com", "local_part"),
        (".alice@example.com", "local_part"),
        ("alice.@example.com", "local_part"),
        ("al..ice@example.com", "local_part"),
        ("alice@.example.com", "domain"),
        ("alice@example..com", "domain"),
        ("alice@example.com..", "domain"),
        ("alice@-example.com", "domain"),
        ("alice@example-.com", "domain"),
        ("alice@exa_mple.com", "domain"),
        ("alice@xn--a.example", "domain"),
        ("alice@localhost", "domain"),
        ("alice@192.0.2.1", "domain"),
        ("alice@[192.0.2.1]", "domain"),
        ("alice@[IPv6:2001:db8::1]", "domain"),
    ],
)
def test_what_is_no_address_is_refused(text, code):
    assert refusal(normalise, text) == code


def test_endless_input_is_refused_at_once():
    assert refusal(normalise, "a" * 10_000_000 + "@example.com") == "local_part_length"
    assert refusal(normalise, "a@" + "ü" * 10_000_000) == "domain"
    assert refusal(normalise, "a@example.com" + " " * 1000 + "x") == "domain"


def test_the_local_part_has_64_characters_at_most():
    assert normalise("a" * 64 + "@example.com") == "a" * 64 + "@example.com"
    assert refusal(normalise, "a" * 65 + "@example.com") == "local_part_length"


def test_the_address_has_254_characters_at_most():
    domain = f"{LONG_DOMAIN}.ex"  # 188 octets
    assert len(domain) == 188

    assert len(normalise("a" * 64 + "@b." + domain[1:])) == 254
    assert refusal(normalise, "a" * 64 + "@b." + domain) == "address_length"


@pytest.mark.parametrize(
    "text", ["user+tag@example.com", "USER+@example.com", "+@example.com", "a+b+c@example.com"]
)
def test_an_own_address_has_no_tag(text):
    assert refusal(normalise_own, text) == "tag"


@pytest.mark.parametrize("local_part", ["o'brien", "a/b", "a%b", "a!b", "*", "a=b"])
def test_an_own_address_has_letters_digits_dots_hyphens_and_underscores(local_part):
    assert refusal(normalise_own, f"{local_part}@example.com") == "local_part"


def test_every_refusal_says_what_is_wrong():
    with pytest.raises(ValidationError) as caught:
        normalise("a" * 65 + "@example.com")

    assert caught.value.messages == ["The part before @ is longer than 64 characters."]


def test_people_read_the_domain_in_unicode():
    assert addresses.readable("jean@xn--bcher-kva.example") == "jean@bücher.example"
    assert addresses.readable("jean@xn--a.example") == "jean@xn--a.example"
    assert addresses.readable("") == ""


def test_the_tag_is_what_follows_the_first_plus():
    assert addresses.without_tag("user+a+b@example.com") == "user@example.com"


# Text that is nearly an address finds more than text that is anything.
NEARLY = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            ["@", ".", "-", "+", "xn--", "ü", "ß", "。", "example", "com", "a", "A", "1", "\ud800"]
        ),
    ),
    max_size=12,
).map("".join)
ADDRESS_LIKE = st.one_of(st.text(), NEARLY, st.builds("{}@{}.example".format, NEARLY, NEARLY))


def stored(rule, text: str) -> str | None:
    """What is stored, or None when the rule refuses; nothing else is ever raised."""
    try:
        return rule(text)
    except ValidationError:
        return None


@given(ADDRESS_LIKE)
def test_nothing_but_a_validation_error_is_raised_and_twice_is_once(text):
    for rule in (normalise, normalise_own, normalise_domain):
        once = stored(rule, text)
        assert once is None or rule(once) == once


@given(ADDRESS_LIKE)
def test_people_can_read_anything(text):
    assert isinstance(addresses.readable(text), str)


@pytest.fixture(scope="module")
def matches(django_db_setup, django_db_blocker):
    """Whether PostgreSQL finds that a text matches a pattern."""

    def ask(text: str, pattern: str) -> bool:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("SELECT %s ~ %s", [text, pattern])
            return cursor.fetchone()[0]

    yield ask
    with django_db_blocker.unblock():
        connection.close()


@given(text=ADDRESS_LIKE)
def test_the_database_accepts_what_the_rules_let_through(matches, text):
    for rule, pattern in (
        (normalise, addresses.ADDRESS),
        (normalise_own, addresses.OWN_ADDRESS),
        (normalise_domain, addresses.DOMAIN),
    ):
        once = stored(rule, text)
        assert once is None or matches(once, pattern)


# NUL and half a surrogate pair reach no database: its client refuses them.
@given(text=ADDRESS_LIKE.filter(lambda text: not {"\x00", "\ud800"} & {*text}))
def test_the_database_refuses_what_is_not_in_its_stored_form(matches, text):
    if matches(text, addresses.OWN_ADDRESS):
        assert stored(normalise_own, text) in (text, None)
