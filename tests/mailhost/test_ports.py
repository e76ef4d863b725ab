"""A taken port is one clear sentence."""

import socket

import pytest

from mailhost import ports
from mailhost.programs import NotStarted


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(ports, "PATIENCE", 0.0)


def test_a_free_port_is_free(free_port):
    ports.require_free("SMTP_PORT", "127.0.0.1", free_port)


def test_a_taken_port_is_named_with_its_variable():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(NotStarted) as refusal:
            ports.require_free("SMTP_PORT", "127.0.0.1", port)

    assert str(refusal.value) == (
        f"Port {port} is taken by another program: stop that program, or choose another port with"
        f" SMTP_PORT, for example “SMTP_PORT={port + 1} make run”."
    )


def test_a_number_that_is_no_port():
    with pytest.raises(NotStarted, match="LMTP_PORT is 70000"):
        ports.require_free("LMTP_PORT", "127.0.0.1", 70000)


def test_localhost_is_where_this_machine_says():
    assert "127.0.0.1" in ports.bindings("localhost")


def test_a_host_that_is_not_ours():
    with pytest.raises(NotStarted, match="not an address of this machine"):
        ports.bindings("192.0.2.1")
