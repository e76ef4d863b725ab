"""The DNS is asked for what a key's record says."""

import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from mailaccounts import dns_lookup

NAME = "pigeonnier._domainkey.example.com."


@pytest.fixture
def port(monkeypatch) -> Iterator[int]:
    """Where a name server of our own answers; it knows one name, and is broken for another."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            octets, asker = server.recvfrom(4096)
            if not octets:
                return
            question = dns.message.from_wire(octets)
            reply = dns.message.make_response(question)
            name = question.question[0].name.to_text()
            if name == NAME:
                long = f'"v=DKIM1; k=rsa; p={"A" * 200}" "{"B" * 192}"'
                reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", long))
            else:
                broken = name.startswith("broken")
                reply.set_rcode(dns.rcode.SERVFAIL if broken else dns.rcode.NXDOMAIN)
            server.sendto(reply.to_wire(), asker)

    thread = threading.Thread(target=answer)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
    monkeypatch.setattr(dns_lookup, "Resolver", lambda: resolver)
    monkeypatch.setattr(dns_lookup, "PATIENCE", 0.5)
    yield resolver.port
    server.sendto(b"", server.getsockname())
    thread.join()
    server.close()


def test_a_long_record_comes_in_one_piece(port):
    assert dns_lookup.text_records(NAME[:-1]) == [f"v=DKIM1; k=rsa; p={'A' * 200}{'B' * 192}"]


def test_a_name_that_is_not_there_has_no_records(port):
    assert dns_lookup.text_records("nothing.example.com") == []


def test_a_dns_that_is_broken_says_nothing(port):
    assert dns_lookup.text_records("broken.example.com") is None
