"""Machines with a network between them: network namespaces of Linux, behind one bridge.

A namespace lives as long as a process in it, so nothing is left of them however the tests end.

`python -m tests.mailhost.network` says what keeps them from running here, and fails if anything
does.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mailhost import leash

_CLONE_NEWNET = 0x40000000
_LINKS = "ip link add lan type bridge && ip link add there type veth peer name here"
OUTSIDE = "outside"


def left_out() -> str:
    """Why there can be none here; empty where there can."""
    try:
        tried = subprocess.run(
            ["unshare", "--net", "--mount", "sh", "-c", _LINKS],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        return f"not installed: {error.filename}"
    said = tried.stderr.strip().partition("\n")[0]
    return f"network namespaces are not to be had: {said}" if tried.returncode else ""


class Network:
    """Machines by name with their addresses, in a folder for what all of them have in /etc/hosts.

    The bridge is on OUTSIDE, which is one of them.
    """

    def __init__(self, folder: Path, addresses: Mapping[str, str]) -> None:
        self.addresses = addresses
        self._hosts = folder / "hosts"
        lines = ["127.0.0.1 localhost", *(f"{at} {name}" for name, at in addresses.items())]
        self._hosts.write_text("".join(f"{line}\n" for line in lines))
        self._hosts.chmod(0o644)
        self._holders: dict[str, subprocess.Popen[bytes]] = {}
        try:
            for name in addresses:
                self._hold(name)
            with self.inside(OUTSIDE):
                _ip("link", "add", "lan", "type", "bridge")
                _ip("address", "add", f"{addresses[OUTSIDE]}/24", "dev", "lan")
                _ip("link", "set", "lan", "up")
            for name in addresses:
                if name != OUTSIDE:
                    self._plug_in(name)
        except BaseException:
            self.remove()
            raise

    def _hold(self, name: str) -> None:
        ready = 'mount --bind "$1" /etc/hosts && ip link set lo up && echo ready && exec cat'
        held = ["unshare", "--net", "--mount", "sh", "-c", ready, "sh", str(self._hosts)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        holder = leash.start(held, last=signal.SIGKILL, **pipes)
        self._holders[name] = holder
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"ready\n"

    def _plug_in(self, name: str) -> None:
        holder = str(self._holders[name].pid)
        with self.inside(OUTSIDE):
            _ip("link", "add", name, "type", "veth", "peer", "name", "net0", "netns", holder)
            _ip("link", "set", name, "master", "lan", "up")
        with self.inside(name):
            _ip("address", "add", f"{self.addresses[name]}/24", "dev", "net0")
            _ip("link", "set", "net0", "up")

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """What is connected, listens or is started in here is on that machine, and stays there."""
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        _enter(Path(f"/proc/{self._holders[name].pid}/ns/net"))
        try:
            yield
        finally:
            _enter(Path(f"/proc/self/fd/{before}"))
            os.close(before)

    def command(self, name: str, *argv: str) -> list[str]:
        """A command as it is called on that machine, where the names are known; `inside` it."""
        holder = str(self._holders[name].pid)
        return ["nsenter", f"--target={holder}", "--mount", f"--wd={os.getcwd()}", "--", *argv]

    def remove(self) -> None:
        for holder in self._holders.values():
            holder.kill()
            holder.wait()
            for pipe in (holder.stdin, holder.stdout):
                if pipe is not None:
                    pipe.close()


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


def _enter(namespace: Path) -> None:
    descriptor = os.open(namespace, os.O_RDONLY)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(descriptor, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    if why := left_out():
        sys.exit(why)
