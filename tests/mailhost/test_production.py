"""A live host, on ports of its own: nginx before panel and webmail, and a signed certificate.

Proves G24 (`webmail.DOMAIN`).
"""

from __future__ import annotations

import json
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from http.client import RemoteDisconnected
from pathlib import Path

import pytest
from cryptography import x509

from mailhost import environment
from mailhost.ports import is_open
from tests.mailhost.by_https import ask, certificate
from tests.mailhost.whole_host import WholeHost, eventually, free_ports, needs_whole_host
from tests.make import PASSWORD

pytestmark = needs_whole_host

OUTLOOK = (
    '<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange'
    '/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>alice@host.example'
    "</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover"
    "/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>"
)
CAST = """
make_account("alice@host.example")
"""


@pytest.fixture(scope="module")
def host() -> Iterator[WholeHost]:
    host = WholeHost(
        further_ports=("HTTP_PORT", "HTTPS_PORT"),
        PRODUCTION="1",
        PANEL_URL="https://panel.host.example",
        PROVIDER_CONTACT="postmaster@host.example",
    )
    host.environment |= {
        "TLS_CERTIFICATE": str(host.folder / "acme/live/pigeonnier/fullchain.pem"),
        "TLS_KEY": str(host.folder / "acme/live/pigeonnier/privkey.pem"),
    }
    try:
        host.start()
        host.do(CAST)
        assert eventually(lambda: "reads its names" in host.said())
        yield host
    finally:
        host.remove()


def test_the_panel_answers_by_its_name(host):
    status, fields, body = ask(host.ports["HTTPS_PORT"], "/login", name="panel.host.example")

    assert (status, fields["Strict-Transport-Security"]) == (200, "max-age=31536000")
    assert "csrfmiddlewaretoken" in body


@pytest.mark.parametrize("name", ["webmail.host.example", "autoconfig.host.example"])
def test_a_name_of_a_domain_answers_since_the_domain_is_there(host, name):
    assert ask(host.ports["HTTPS_PORT"], "/", name=name)[0] in (200, 404)


def test_the_webmail_answers_by_the_name_of_each_domain(host):
    body = ask(host.ports["HTTPS_PORT"], "/", name="webmail.host.example")[2]

    assert "rcmloginuser" in body


@pytest.mark.parametrize("tls", [True, False])
def test_mail_programs_find_their_settings(host, tls):
    port = host.ports["HTTPS_PORT" if tls else "HTTP_PORT"]

    status, _fields, document = ask(
        port, "/mail/config-v1.1.xml", name="autoconfig.host.example", tls=tls
    )

    assert status == 200
    assert "<domain>host.example</domain>" in document
    assert "<hostname>mx.host.example</hostname>" in document


def test_outlook_finds_the_way_to_its_settings(host):
    status, _fields, document = ask(
        host.ports["HTTPS_PORT"],
        "/autodiscover/autodiscover.xml",
        name="autodiscover.host.example",
        body=OUTLOOK,
        fields={"Content-Type": "text/xml"},
    )

    assert status == 200
    assert "<Server>mx.host.example</Server>" in document


def test_by_the_names_for_mail_programs_nothing_else_is_reached(host):
    for name in ("autoconfig.host.example", "autodiscover.host.example"):
        assert ask(host.ports["HTTPS_PORT"], "/login", name=name)[0] == 404


def test_without_tls_there_is_only_the_way_to_it(host):
    status, fields, _body = ask(
        host.ports["HTTP_PORT"], "/x?y=1", name="panel.host.example", tls=False
    )

    assert (status, fields["Location"]) == (301, "https://panel.host.example/x?y=1")


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1", "autoconfig.evil.example"])
def test_another_name_is_not_answered(host, name):
    with pytest.raises(RemoteDisconnected):
        ask(host.ports["HTTP_PORT"], "/", name=name, tls=False)
    with pytest.raises(ssl.SSLError):
        ask(host.ports["HTTPS_PORT"], "/", name=name)
    with pytest.raises(RemoteDisconnected):
        ask(host.ports["HTTPS_PORT"], "/", name="panel.host.example", fields={"Host": name})


def test_the_panel_knows_from_where_one_comes_and_believes_no_claim(host):
    port, name = host.ports["HTTPS_PORT"], "panel.host.example"
    _status, fields, page = ask(port, "/login", name=name)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = f"login=alice@host.example&password={PASSWORD}&csrfmiddlewaretoken={token}"
    entered = ask(
        port,
        "/login",
        name=name,
        body=form.replace(" ", "+"),
        source="127.0.0.2",
        fields={
            "Cookie": fields["Set-Cookie"].partition(";")[0],
            "Referer": f"https://{name}/login",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": "203.0.113.9",
        },
    )

    assert (entered[0], entered[1].get("Location")) == (302, "/")
    host.do(
        "from mailaccounts.models import Session\n"
        "assert [str(s.ip_address) for s in Session.objects.all()] == ['127.0.0.2']"
    )


def test_nobody_is_there_who_was_not_made(host):
    assert not (host.folder / "var/mailhost/panel/demo-logins.json").exists()


def test_status_names_every_server_of_a_live_host(host):
    told = host.call("mailhost", "--status")

    assert told.returncode == 0, told.stdout


@pytest.fixture
def authority(host) -> Iterator[str]:
    """Signs certificates as Let's Encrypt does, after the same proofs, on this machine."""
    ports = free_ports(("acme", "management", "names", "names_management"))
    certificate, key = (str(host.folder / f"var/tls/{name}.pem") for name in ("certificate", "key"))
    settings = {
        "listenAddress": f"127.0.0.1:{ports['acme']}",
        "managementListenAddress": f"127.0.0.1:{ports['management']}",
        "certificate": certificate,
        "privateKey": key,
        "httpPort": host.ports["HTTP_PORT"],
        "tlsPort": host.ports["HTTPS_PORT"],
    }
    (host.folder / "pebble.json").write_text(json.dumps({"pebble": settings}))
    dns = f"127.0.0.1:{ports['names']}"
    doors = ["-http01=", "-https01=", "-tlsalpn01=", "-defaultIPv6=", f"-dns01={dns}"]
    management = f"-management=127.0.0.1:{ports['names_management']}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [
        subprocess.Popen(["pebble-challtestsrv", *doors, management], **quiet),
        subprocess.Popen(
            ["pebble", "-config", str(host.folder / "pebble.json"), "-dnsserver", dns],
            env={"PEBBLE_VA_NOSLEEP": "1"},
            **quiet,
        ),
    ]
    try:
        assert eventually(lambda: is_open("127.0.0.1", ports["acme"]))
        yield f"https://localhost:{ports['acme']}/dir"
    finally:
        for process in started:
            process.terminate()
            process.wait(20)


@pytest.mark.skipif(
    not (shutil.which("pebble") and shutil.which("certbot")),
    reason="pebble and certbot are not installed",
)
def test_the_certificate_is_signed_for_every_name_and_used_without_a_restart(host, authority):
    before = certificate(host.ports["HTTPS_PORT"], "panel.host.example")

    done = subprocess.run(
        [
            *("scripts/certificates.sh", "--server", authority, "--no-verify-ssl"),
            *("--config-dir", str(host.folder / "acme")),
            *("--work-dir", str(host.folder / "acme-work")),
            *("--logs-dir", str(host.folder / "acme-logs")),
        ],
        cwd=environment.CHECKOUT,
        env=host.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    expected = x509.load_pem_x509_certificate(
        Path(host.environment["TLS_CERTIFICATE"]).read_bytes()
    )
    for port in ("HTTPS_PORT", "SUBMISSIONS_PORT", "IMAPS_PORT", "PANEL_PORT"):
        assert eventually(
            lambda port=port: (
                certificate(host.ports[port], "panel.host.example").serial_number
                == expected.serial_number
            )
        ), port
    assert expected.issuer != before.issuer
    names = expected.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert sorted(names.get_values_for_type(x509.DNSName)) == [
        "autoconfig.host.example",
        "autodiscover.host.example",
        "mx.host.example",
        "panel.host.example",
        "webmail.host.example",
    ]


def test_a_live_host_needs_its_names(host):
    names = ("PANEL_URL", "MAIL_HOST")
    nameless = {name: host.environment[name] for name in host.environment.keys() - set(names)}

    said = subprocess.run(
        [sys.executable, "manage.py", "mailhost", "--production"],
        cwd=environment.CHECKOUT,
        env=nameless,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 1
    assert "A live host needs its names: PANEL_URL" in said.stderr
