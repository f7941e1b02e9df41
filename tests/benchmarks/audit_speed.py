"""How fast the audit log follows and verifies: the whole log, from its first event, in one thread."""

import statistics
from pathlib import Path

from deliveryledger import Ledger
from tests.benchmarks.workload import now, timed

VERIFY_BAR, VERIFY_GOAL = 100_000, 250_000
"""Events a second."""


def report(path: Path) -> None:
    """Two lines of the table and a third: following, verifying with a checkpoint, proving one event."""
    for file in path.parent.glob(f"{path.name}.audit*"):
        file.unlink()
    with Ledger.open(path, clock=now) as ledger:
        following = timed(ledger.audit.follow)
        note = ledger.audit.checkpoint()
        verifying = min(timed(lambda: ledger.verify([note])) for _ in range(3))
        verification = ledger.verify([note])
        assert verification, "the benchmark's own log must verify"
        assert verification.covered == verification.events
        events = verification.events
        ids = [envelope.event_id for _, envelope in zip(range(100), ledger.history(), strict=False)]
        proving = statistics.median(timed(lambda i=i: ledger.audit.prove(i)) for i in ids)
    verdict = "reached" if events / verifying >= VERIFY_BAR else "MISSED"
    print(f"  {'audit log follows':<46} {events / following:,.0f} events/s")
    print(
        f"  {'verify, whole log and a checkpoint':<46} {events / verifying:,.0f} events/s  "
        f"(bar {VERIFY_BAR:,} {verdict}, goal {VERIFY_GOAL:,})"
    )
    print(f"  {'proof of one event':<46} median {proving * 1000:.2f} ms")
