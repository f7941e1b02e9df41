"""Every example runs, and prints what it printed before."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("0*.py"))
EXPECTED = Path(__file__).parent / "expected"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_example_prints_what_it_is_expected_to(example: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-X", "utf8", str(example)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout == (EXPECTED / f"{example.stem}.txt").read_text(encoding="utf-8")


def test_the_audit_reads_a_ledger_that_is_named(tmp_path: Path) -> None:
    from deliveryledger import Ledger

    with Ledger.open(tmp_path / "deliveries.db") as ledger:
        for number in range(12):  # more than one page of the notification log
            ledger.candidate_emails.register(f"cand-{number}", f"ada{number}@gmail.com", by="rec-3")
    command = [
        sys.executable,
        str(ROOT / "examples" / "03_replay_an_audit.py"),
        str(tmp_path / "deliveries.db"),
    ]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert run.stdout.count("EmailRegistered") == 12


def test_the_sample_inbox_is_what_its_script_writes(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "examples" / "make_inbox.py"), str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    inbox = ROOT / "examples" / "inbox"
    assert contents(tmp_path) == contents(inbox)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
