"""Many real processes on one ledger at once. A program of its own, so that it forks before it has threads.

``python -m tests.storage.crowd WHAT LEDGER`` prints what each process answered, as JSON.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from deliveryledger.domain.reports import Outcome, Reading
from deliveryledger.errors import ReplayRefused
from deliveryledger.ledger import Ledger
from deliveryledger.testing import AT_BOUNCE, claim

Work = Callable[[str, int], Any]


def crowd(count: int, work: Work, path: str) -> list[dict[str, Any]]:
    """Fork so many processes, let them loose at the same moment, gather what they return or raise."""
    gate, opener = os.pipe()
    answers = []
    for number in range(count):
        answer, child_end = os.pipe()
        if os.fork() == 0:
            os.close(opener)
            os.read(gate, 1)  # returns when the parent closes its end
            os.write(child_end, json.dumps(_answer(work, path, number)).encode())
            os._exit(0)
        os.close(child_end)
        answers.append(answer)
    os.close(opener)
    gathered = []
    for answer in answers:
        with os.fdopen(answer) as pipe:
            gathered.append(json.loads(pipe.read() or '{"error": "died"}'))
    for _ in range(count):
        os.wait()
    return gathered


def _answer(work: Work, path: str, number: int) -> dict[str, Any]:
    try:
        return {"returned": work(path, number)}
    except BaseException as error:
        return {"error": f"{type(error).__name__}: {error}"}


def start_up(path: str, number: int) -> str:
    """Open a ledger that may not be there yet, and write at once."""
    with Ledger.open(path) as ledger:
        ledger.candidate_emails.register(f"cand-{number}", f"ada{number}@example.org", by="rec-3")
        assert ledger.candidate_card(f"cand-{number}").address
        return ledger.status().ledger_id


def contend(path: str, number: int) -> float:
    """Write a hundred times; returns the longest time that one of them took, in seconds."""
    longest = 0.0
    with Ledger.open(path) as ledger:
        for turn in range(100):
            begin = time.perf_counter()
            ledger.candidate_emails.register(f"cand-{number}-{turn}", "ada@example.org", by="rec-3")
            longest = max(longest, time.perf_counter() - begin)
    return longest


def same_command(path: str, number: int) -> str:
    """The same registration by everybody, and one's own: the first wins, the others repeat it."""
    with Ledger.open(path) as ledger:
        ledger.candidate_emails.register("cand-7", "ada@example.org", by=f"rec-{number}")
        return ledger.messages.register("cand-7", sender="rec-3", subject="Hello", message_id="msg-1").id


def one_proof(path: str, number: int) -> str:
    """Two bodies under one replay key, each sent by several."""
    with Ledger.open(path) as ledger:
        report = claim(Outcome.DELIVERED if number % 2 else Outcome.COMPLAINED)
        request = Reading(
            provider="mailgun",
            received_at=AT_BOUNCE,
            reports=(report,),
            replay_key="mailgun/main/token",
            content=report.outcome,
        )
        try:
            recording = ledger.record(request)
        except ReplayRefused:
            return f"{report.outcome} refused"
        return f"{report.outcome} {'recorded' if recording.unmatched else 'repeated'}"


CROWDS: dict[str, tuple[int, Work]] = {
    "start_up": (32, start_up),
    "contend": (8, contend),
    "same_command": (8, same_command),
    "one_proof": (8, one_proof),
}

if __name__ == "__main__":
    json.dump(crowd(*CROWDS[sys.argv[1]], sys.argv[2]), sys.stdout)
