"""PostfixAdmin's owners, logged in: what a load generator replays."""

from __future__ import annotations

import http.client
import re
import urllib.parse
from http.cookies import SimpleCookie


def login(port: int, address: str, password: str) -> str:
    """Log an owner in; the value of the Cookie header of that session."""
    cookies: SimpleCookie = SimpleCookie()
    page = _ask(port, "GET", "/users/login.php", cookies)
    token = re.search(r'name="token" value="([^"]*)"', page)
    form = {"token": token[1] if token else "", "lang": "en", "submit": "Login"}
    _ask(
        port,
        "POST",
        "/users/login.php",
        cookies,
        {**form, "fUsername": address, "fPassword": password},
    )
    home = _ask(port, "GET", "/users/main.php", cookies)
    if address not in home:
        raise SystemExit(f"PostfixAdmin did not let {address} in.")
    return _header(cookies)


def _ask(
    port: int, method: str, path: str, cookies: SimpleCookie, form: dict[str, str] | None = None
) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": _header(cookies)} if cookies else {}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, urllib.parse.urlencode(form or {}), headers)
    answer = connection.getresponse()
    for name, value in answer.getheaders():
        if name.lower() == "set-cookie":
            cookies.load(value)
    body = answer.read().decode("utf-8", "replace")
    connection.close()
    return body


def _header(cookies: SimpleCookie) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
