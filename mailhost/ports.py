"""Ports: whether they are free, and where the panel listens."""

from __future__ import annotations

import errno
import socket
import time

from mailhost.programs import NotStarted

PATIENCE = 3.0  # seconds that a run killed before this one may take to let its ports go


def bindings(host: str) -> list[str]:
    """The addresses of this machine that `host` names; for `localhost` both, IPv4 and IPv6."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise NotStarted(f"PANEL_HOST is {host}, which names no address: {error}.") from error
    addresses = dict.fromkeys(str(address[4][0]) for address in found)
    here = [address for address in addresses if _bind(address, 0) == 0]
    if not here:
        raise NotStarted(f"PANEL_HOST is {host}, which is not an address of this machine.")
    return here


def require_free(name: str, host: str, port: int, call: str = "make run") -> None:
    """Refuse, naming the variable, when the port cannot be listened on."""
    if not 0 < port < 65536:
        raise NotStarted(f"{name} is {port}, and ports go from 1 to 65535.")
    deadline = time.monotonic() + PATIENCE
    while (problem := _bind(host, port)) == errno.EADDRINUSE and time.monotonic() < deadline:
        time.sleep(0.1)
    if problem == errno.EADDRINUSE:
        raise NotStarted(
            f"Port {port} is taken by another program: stop that program, or choose another port"
            f" with {name}, for example “{name}={port + 1} {call}”."
        )
    if problem == errno.EADDRNOTAVAIL:
        raise NotStarted(f"{name} is to be on {host}, which is not an address of this machine.")
    if problem == errno.EACCES:
        raise NotStarted(f"Port {port} is reserved for root: choose one from 1024 on with {name}.")


def is_open(host: str, port: int) -> bool:
    """Whether somebody listens."""
    try:
        socket.create_connection((host, port), timeout=0.2).close()
    except OSError:
        return False
    return True


def _bind(host: str, port: int) -> int:
    """The system's error number; 0 when the port is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return error.errno or errno.EIO
    return 0
