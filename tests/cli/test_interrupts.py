"""Ctrl-C ends a command with one line and its exit code, and leaves no process behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deliveryledger.cli import read_mail as command
from deliveryledger.cli.exit_codes import ExitCode


def start(folder: Path, **more: Any) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-m", "deliveryledger", "read-mail", "--json", *[folder] * 20]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


TELLS_WHEN_IT_HAS_STARTED = """
import os
from deliveryledger.cli import interrupts, main
hold = interrupts.Interrupts.hold
def told(self):
    hold(self)
    os.write(2, b"started\\n")
interrupts.Interrupts.hold = told
main()
"""


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A shell that starts the tests with ``&`` has Ctrl-C ignored, in them and in all that they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


INTERRUPTED = ["", "deliveryledger: interrupted"]


on_posix = pytest.mark.skipif(os.name != "posix", reason="interrupts a group of processes as a terminal does")


@on_posix
@pytest.mark.usefixtures("interruptible")
def test_it_can_be_interrupted(many: Path):
    with start(many, start_new_session=True) as process:
        assert process.stdout
        assert process.stderr
        for _ in range(command.PAYS_FROM + 200):
            process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        process.stdout.read()
        assert process.stderr.read().decode().splitlines() == INTERRUPTED
        assert process.wait(timeout=30) == ExitCode.INTERRUPTED


@on_posix
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.3, 0.5, 0.8, 1.2])
def test_whenever_it_is_interrupted_it_ends_with_one_line_or_it_was_done(many: Path, seconds: float):
    """From the moment when our code runs: what Python does before is its own affair."""
    arguments = [sys.executable, "-c", TELLS_WHEN_IT_HAS_STARTED, "read-mail", "--json", many, many]
    answers = many.parent / "answers"
    with (
        answers.open("wb") as out,
        subprocess.Popen(arguments, stdout=out, stderr=subprocess.PIPE, start_new_session=True) as process,
    ):
        assert process.stderr
        assert process.stderr.readline() == b"started\n"
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
        said = process.stderr.read().decode().splitlines()
        code = process.wait(timeout=30)
        with pytest.raises(ProcessLookupError):  # nobody of its group is left
            os.killpg(process.pid, 0)
    is_done = code == ExitCode.OK and answers.read_bytes().count(b"\n") == 1200
    assert (code, said) == ((ExitCode.OK, []) if is_done else (ExitCode.INTERRUPTED, INTERRUPTED))


def test_a_reader_who_goes_away_ends_it_without_a_word(many: Path):
    with start(many) as process:
        assert process.stdout
        assert process.stderr
        for _ in range(command.PAYS_FROM + 200):
            process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == 1
