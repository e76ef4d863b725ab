"""`X-Forwarded-For` is believed from configured proxies alone, and garbage in it harms nobody."""

import pytest

from panel.client_address import client_address, guessing_address

PROXIES = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),  # not a proxy of ours
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.7", "198.51.100.7"),  # the first hop is a lie
        ("127.0.0.1", "6.6.6.6, 198.51.100.7,10.1.2.3", "198.51.100.7"),
        ("127.0.0.1", "10.9.9.9, 10.1.2.3", "10.9.9.9"),  # nothing but proxies
        ("127.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("127.0.0.1", "[2a00::1]:4711", "2a00::1"),
        ("2001:db8::1", "2A00:0:0::1", "2a00::1"),
        ("::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("fe80::1%eth0", None, "fe80::1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7, _hidden", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7, , 10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "1.2.3.4\0", "127.0.0.1"),
        ("127.0.0.1", "'; DROP TABLE", "127.0.0.1"),
        ("127.0.0.1", "9" * 10_000, "127.0.0.1"),
        ("127.0.0.1", "," * 10_000, "127.0.0.1"),
        ("", "198.51.100.7", None),
    ],
)
def test_whence_a_request_comes(rf, settings, remote, forwarded, address):
    settings.TRUSTED_PROXIES = PROXIES
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}

    assert client_address(rf.get("/", headers=headers, REMOTE_ADDR=remote)) == address


def test_no_proxy_is_trusted_unless_configured(rf):
    request = rf.get("/", headers={"x-forwarded-for": "198.51.100.7"}, REMOTE_ADDR="127.0.0.1")

    assert client_address(request) == "127.0.0.1"


@pytest.mark.parametrize(
    ("remote", "address"),
    [("192.0.2.1", "192.0.2.1"), ("2a00:1:2:3:4:5:6:7", "2a00:1:2:3::"), ("", None)],
)
def test_under_which_address_guesses_are_counted(rf, remote, address):
    assert guessing_address(rf.get("/", REMOTE_ADDR=remote)) == address
