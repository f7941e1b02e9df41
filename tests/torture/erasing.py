"""SIGKILL an erasure at every step: what was recorded is finished at the next start, and nothing is left.

``python -m tests.torture.erasing [--kills N]`` copies a ledger with a rich history N times, and in each copy
kills the erasing process at another call into SQLite or the operating system, spread evenly over all of them.
Then the ledger is opened again, as after a crash. An erasure that was not recorded yet is asked for again.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from deliveryledger import Ledger
from tests.storage.story import ADDRESSES, POLICIES, TEXTS, Story, Ticking

LEDGER = "ledger.db"
PERSONAL = [ADDRESSES["typed"], ADDRESSES["corrected"], ADDRESSES["cv"], TEXTS["name"], TEXTS["document"]]
_STEPS = ("execute", "executemany", "fsync", "link", "unlink", "open", "close", "write", "stat", "rename")
"""Calls after which a kill is tried: everything that can change a file is among them."""


def prepare(folder: Path) -> None:
    """A ledger with its views, and Ada in both."""
    clock = Ticking()
    with Ledger.open(folder / LEDGER, clock=clock, policies=POLICIES) as ledger:
        Story(ledger, clock).tell()
        ledger.candidate_card("cand-7")


def erase(folder: Path, hook: Callable[[], None]) -> None:
    """Erase Ada, in both tenants; ``hook`` is called at each step."""
    ledger = Ledger.open(folder / LEDGER, policies=POLICIES)

    def count(_frame: FrameType | None, event: str, argument: Any) -> None:
        if event == "c_return" and argument.__name__ in _STEPS:
            hook()

    sys.setprofile(count)
    ledger.erase("cand-7", by="dpo")
    ledger.tenant("acme").erase("cand-7", by="dpo")
    ledger.close()
    sys.setprofile(None)


def steps(folder: Path) -> int:
    """How many steps there are."""
    counted = 0

    def hook() -> None:
        nonlocal counted
        counted += 1

    erase(folder, hook)
    return counted


def kill_at(folder: Path, step: int) -> bool:
    """Fork a process that is killed at a step. Whether it came so far."""
    child = os.fork()
    if not child:
        left = step

        def hook() -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

        erase(folder, hook)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def left_over(folder: Path) -> set[str]:
    """What is wrong after the next start: files that still hold something of who was recorded as erased."""
    with Ledger.open(folder / LEDGER, policies=POLICIES) as ledger:
        found = set()
        for tenant in ("default", "acme"):
            if "PersonalDataErased" in {type(e.event).__name__ for e in ledger.history(tenant=tenant)}:
                opened = b"".join(e.data for e in ledger.history(tenant=tenant) if "grace" not in e.stream)
                found |= {f"{tenant} can be read" for text in PERSONAL if text.encode() in opened}
                found.add(f"{tenant} recorded")
        if {"default recorded", "acme recorded"} <= found:
            found |= in_files(folder)
        ledger.erase("cand-7", by="dpo")
        ledger.tenant("acme").erase("cand-7", by="dpo")
        found |= {f"{name} after asking again" for name in in_files(folder)}
        assert str(ledger.candidate_card("cand-7")).count("[erased]")
    return {entry for entry in found if not entry.endswith("recorded")}


def in_files(folder: Path) -> set[str]:
    """Names of the files in which something of Ada stands."""
    contents = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {name for name, content in contents.items() for text in PERSONAL if text.encode() in content}


def torture(kills: int) -> int:
    """Kill at so many steps; returns how often something was left."""
    with tempfile.TemporaryDirectory() as scratch:
        pattern = Path(scratch, "pattern")
        pattern.mkdir()
        prepare(pattern)
        total = steps(Path(shutil.copytree(pattern, Path(scratch, "counted"))))
        started, killed, bad = time.monotonic(), 0, 0
        for number in range(kills):
            folder = Path(shutil.copytree(pattern, Path(scratch, str(number))))
            step = 1 + number * total // kills
            killed += kill_at(folder, step)
            if left := left_over(folder):
                bad += 1
                print(f"killed at step {step}: {sorted(left)}")
            shutil.rmtree(folder)
        seconds = time.monotonic() - started
    print(f"{killed} kills at {total} steps of an erasure, {seconds:.0f} s: {bad} not erased afterwards")
    return bad


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=400)
    raise SystemExit(bool(torture(parser.parse_args().kills)))
