"""Standard output that cannot be written: one line, an exit code, and nothing at the interpreter's end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deliveryledger.cli.exit_codes import ExitCode

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


def run(folder: Path, *arguments: str, err: int = subprocess.PIPE) -> tuple[int, str]:
    with FULL.open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "deliveryledger", *arguments],
            cwd=folder,
            env={**os.environ, "DELIVERYLEDGER_URL": "ledger.db"},
            stdout=full,
            stderr=err,
            text=True,
            check=False,
        )
    return ran.returncode, ran.stderr or ""


@needs_full
@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    "command",
    [
        "card cand-7",
        "verify",
        "checkpoint",
        "prove message-default:msg-1@2",
        "export cand-7",
        "keys status",
        "demo",
        "--help",
        "--version",
    ],
)
def test_it_is_one_line_and_an_exit_code(tmp_path: Path, command: str) -> None:
    code, err = run(tmp_path, *command.split())
    said = "deliveryledger: write the output: No space left on device; make room, or send it elsewhere"
    assert (code, err.splitlines()) == (ExitCode.STORAGE, [said])


@needs_full
@pytest.mark.usefixtures("ada")
def test_where_nothing_at_all_can_be_said_the_exit_code_does(tmp_path: Path) -> None:
    with FULL.open("w") as full:
        assert run(tmp_path, "card", "cand-7", err=full.fileno()) == (ExitCode.STORAGE, "")


@pytest.mark.usefixtures("ada")
@pytest.mark.skipif(os.name != "posix", reason="closes a stream as a POSIX shell does")
@pytest.mark.parametrize("closed", ["", ">&-", "2>&-", ">&- 2>&-"])
def test_who_closed_it_is_told_by_the_exit_code(tmp_path: Path, closed: str) -> None:
    for candidate, code in (("cand-7", ExitCode.OK), ("cand-8", ExitCode.REFUSED)):
        command = f"'{sys.executable}' -m deliveryledger --ledger ledger.db card {candidate} {closed}"
        ran = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (ran.returncode, "Traceback" in ran.stderr) == (code, False)
