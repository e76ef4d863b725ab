"""Children end with their parent on systems whose kernel does not see to it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from mailhost import leash

CHILD = """
import signal, sys, time
signal.signal(signal.SIGINT, lambda *_: sys.exit(3))
print("up", flush=True)
time.sleep(30)
"""
PARENT = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, {leash.__file__!r}, "2", sys.executable, "-c", {CHILD!r}])
time.sleep(30)
"""


def test_a_killed_parent_takes_its_child_along():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    assert parent.stdout.readline() == b"up\n"

    parent.kill()

    started = time.monotonic()
    parent.stdout.read()  # until the child, too, has closed it
    assert time.monotonic() - started < 20
    parent.communicate()


def test_signals_are_passed_on():
    argv = [sys.executable, leash.__file__, "2", sys.executable, "-c", CHILD]
    held = subprocess.Popen(argv, stdout=subprocess.PIPE)
    assert held.stdout.readline() == b"up\n"

    held.send_signal(signal.SIGINT)

    assert held.wait(5) == 3
    held.communicate()


def test_a_child_leads_its_own_session():
    child = leash.start(["sleep", "30"], last=signal.SIGTERM)
    try:
        assert os.getsid(child.pid) == child.pid
    finally:
        child.kill()
        child.wait()


LEAVES_ONE_BEHIND = """
import subprocess, sys
subprocess.Popen(["sleep", "30"], start_new_session=True)
print("up", flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows whose child it was")
def test_what_a_held_program_leaves_behind_is_ended():
    argv = [sys.executable, leash.__file__, "15", sys.executable, "-c", LEAVES_ONE_BEHIND]
    held = subprocess.Popen(argv, stdout=subprocess.PIPE)

    started = time.monotonic()
    assert held.stdout.read() == b"up\n"  # until the sleeper, too, has closed it
    assert time.monotonic() - started < 20
    held.communicate()
