"""The commands as processes of their own, which can be killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.inbound.mailboxes.dovecot import SECONDS, SECRET, Dovecot

COMMAND = (sys.executable, "-m", "deliveryledger", "--json")


def environment(place: Path) -> Mapping[str, str]:
    return {**os.environ, "DELIVERYLEDGER_URL": str(place), "DELIVERYLEDGER_MAIL_PASSWORD": SECRET}


def fetching(dovecot: Dovecot, *more: str) -> tuple[str, ...]:
    """The arguments of ``fetch-mail``."""
    where = ("--host", "localhost", "--port", str(dovecot.tls), "--ca-file", str(dovecot.ca_file))
    return ("fetch-mail", *where, "--user", dovecot.user, *more)


def run(place: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """To its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env={**environment(place), **more},
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


@contextmanager
def started(place: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Killed in the end, if it still runs."""
    process = subprocess.Popen(
        [*COMMAND, *arguments], env=environment(place),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def receiver(
    place: Path, listen: str, *more: str
) -> Iterator[tuple["subprocess.Popen[str]", dict[str, Any]]]:
    """``receive-mail``, and what it says when it listens."""
    with started(place, "receive-mail", "--listen", listen, *more) as process:
        assert process.stdout is not None
        said = ""
        while not said.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            said += line
        yield process, json.loads(said)


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """Told to end; its exit code and what it said."""
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=SECONDS)
    return process.returncode, out, err
