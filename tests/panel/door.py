"""How tests come in by the login screen, or fail to."""

from django.test import Client

from tests.make import PASSWORD

LOGIN = {"login": "alice@example.com", "password": PASSWORD, "language": ""}


def enter(client: Client, login="alice@example.com", password=PASSWORD, **more):
    url = more.pop("url", "/login")
    headers = more.pop("headers", None)
    remote = more.pop("remote", "192.0.2.1")
    data = {"login": login, "password": password, "language": ""} | more
    return client.post(url, data, secure=True, headers=headers, REMOTE_ADDR=remote)


def fail(client: Client, times: int, **how: str):
    for _ in range(times):
        page = enter(client, password="wrong", **how)
    return page


def browser(**defaults: str) -> Client:
    return Client(**{"wsgi.url_scheme": "https"}, **defaults)


def entered(**defaults: str) -> Client:
    client = browser(**defaults)
    assert client.post("/login", LOGIN).status_code == 302
    return client
