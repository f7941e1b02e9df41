"""Processes that follow one log at once, and are killed. A program of its own, so that it forks cleanly.

``python -m tests.projections.rivals race|kill LEDGER`` fails loudly.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deliveryledger.ledger import Ledger
from deliveryledger.projections import following
from tests.projections.tables import Tables, tables

EVENTS, KILLS = 150, 24


def fork(work: Callable[[], None]) -> int:
    """A child that does the work."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return child


def write(path: str) -> None:
    """The writer."""
    with Ledger.open(path) as ledger:
        for number in range(EVENTS):
            ledger.candidate_emails.register(f"cand-{number}", "ada@example.org", by="rec-3")


def follow(path: str, *, rebuilding: bool) -> None:
    """Follow the log in small steps until all of it was seen; one of the rivals rebuilds now and then."""
    following.BATCH = 2
    with Ledger.open(path) as ledger:
        turn = 0
        while ledger.status().counts["candidates"] < EVENTS:
            turn += 1
            if rebuilding and turn % 10 == 0:
                ledger.rebuild()


def check(path: str) -> None:
    """What is there is what is computed anew, and nothing is left lying about."""
    with Ledger.open(path) as ledger:
        found: Tables = tables(ledger)
        ledger.rebuild()
        assert tables(ledger) == found
    names = [each.name for each in Path(path).parent.iterdir()]
    assert not [name for name in names if ".building-" in name], names
    assert len([name for name in names if ".views-" in name]) == 1, names


def race(path: str) -> None:
    """A writer and three rivals."""
    Ledger.open(path).close()
    children = [
        fork(lambda: write(path)),
        fork(lambda: follow(path, rebuilding=False)),
        fork(lambda: follow(path, rebuilding=False)),
        fork(lambda: follow(path, rebuilding=True)),
    ]
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes == [0] * len(children), codes
    check(path)


def endless(path: str, *, rebuilding: bool) -> None:
    """Rebuild, or write and catch up, until killed."""
    following.BATCH = 2
    with Ledger.open(path) as ledger:
        while True:
            if rebuilding:
                ledger.rebuild()
            else:
                ledger.candidate_emails.register(os.urandom(8).hex(), "ada@example.org", by="rec-3")
                ledger.status()


def kill(path: str) -> None:
    """Kill a rival again and again; whoever comes next finds a working ledger."""
    dice = random.Random(11)
    write(path)
    left = 0
    for turn in range(KILLS):
        victim = fork(lambda turn=turn: endless(path, rebuilding=turn % 2 == 0))  # type: ignore[misc]
        time.sleep(dice.uniform(0.005, 0.12))
        os.kill(victim, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(victim, 0)[1]) == -signal.SIGKILL
        left += any(".building-" in each.name for each in Path(path).parent.iterdir())
        check(path)
    assert left, "no kill ever hit a rebuild: the test tests nothing"


if __name__ == "__main__":
    {"race": race, "kill": kill}[sys.argv[1]](sys.argv[2])
