"""Programs side by side: names before their lines, restarts, and one end for all."""

import io
import os
import signal
import sys
import time

import pytest

from mailhost import supervisor as module
from mailhost.programs import NotStarted
from mailhost.supervisor import Program, Supervisor, command


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def supervisor(out, monkeypatch):
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.05)
    kept = {number: signal.getsignal(number) for number in (2, 15, 1)}
    supervisor = Supervisor(out)
    yield supervisor
    supervisor.stop()
    for number, handler in kept.items():
        signal.signal(number, handler)


def python(code: str):
    return command([sys.executable, "-c", code])


def run_until(supervisor: Supervisor, condition, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds

    def tick() -> None:
        if condition() or time.monotonic() > deadline:
            os.kill(os.getpid(), signal.SIGTERM)

    supervisor.run(tick)
    assert condition()


def test_each_line_stands_under_its_program(supervisor, out):
    supervisor.once("set-up", [sys.executable, "-c", "print('one'); print('two', end='')"])

    assert out.getvalue() == "set-up   | one\nset-up   | two\n"


def test_no_output_commands_the_terminal(supervisor, out):
    supervisor.once("set-up", [sys.executable, "-c", r"print('a\tb \x1b]0;owned\x07 \x9b2J')"])

    assert out.getvalue() == "set-up   | a\tb \ufffd]0;owned\ufffd \ufffd2J\n"


def test_a_command_that_fails_is_named(supervisor):
    with pytest.raises(NotStarted, match="“-c raise SystemExit"):
        supervisor.once("set-up", [sys.executable, "-c", "raise SystemExit(3)"])


def test_a_dead_program_is_started_again_after_growing_pauses(supervisor, out):
    program = Program("web", python("print('up')"), pause=0.05)
    supervisor.start(program)

    run_until(supervisor, lambda: out.getvalue().count("up\n") >= 3)

    assert "web      | ended with status 0; starting it again in 0 s" in out.getvalue()
    assert program.pause >= 0.2


def test_what_cannot_start_is_tried_again(supervisor, out):
    attempts = []

    def begin(output: int):
        attempts.append(output)
        if len(attempts) == 1:
            raise NotStarted("No PostgreSQL.")
        return python("import time; time.sleep(30)")(output)

    supervisor.start(Program("database", begin, pause=0.05))
    run_until(supervisor, lambda: len(attempts) == 2)

    assert out.getvalue() == "database | No PostgreSQL.; starting it again in 0 s\n"


SLOW_TO_END = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (time.sleep({pause}), print("end"), sys.exit()))
print("up", flush=True)
time.sleep(30)
"""


def test_the_first_program_ends_last(supervisor, out):
    supervisor.start(Program("database", python(SLOW_TO_END.format(pause=0))))
    supervisor.start(Program("web", python(SLOW_TO_END.format(pause=0.3))))
    run_until(supervisor, lambda: out.getvalue().count("up") == 2)

    supervisor.stop()

    assert out.getvalue().splitlines()[2:] == ["web      | end", "database | end"]


WITH_A_CHILD = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; print('child', flush=True); time.sleep(60)"])
time.sleep(60)
"""


def test_nobody_of_a_stopped_program_is_left(supervisor, out):
    supervisor.start(Program("web", python(WITH_A_CHILD)))
    run_until(supervisor, lambda: "child" in out.getvalue())

    supervisor.stop()
    supervisor.pump(5)  # returns at once when the last writer is gone

    assert not supervisor.selector.get_map()
