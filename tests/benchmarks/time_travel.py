"""``python -m tests.benchmarks.time_travel [messages]``: as_of and replay against a rebuild, in one run."""

import argparse
import gc
import multiprocessing
import resource
import statistics
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.domain.suppression_filter.escalation import EscalationPolicy
from tests.benchmarks.workload import now, populate, record, requests, timed

NEVER = Policies(escalation=EscalationPolicy(thresholds={}))


def resident() -> int:
    """Bytes of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def grown(path: Path) -> tuple[int, int]:
    """By how much a fresh process grows for the whole past: while it is kept, and at the most."""
    with Ledger.open(path, clock=now) as ledger:
        before, events = resident(), ledger._services.log.last_position()
        with ledger.as_of(events) as past:
            past.recipient_filter()
            gc.collect()
            kept = resident() - before
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    return kept, most


def travel(ledger: Ledger, path: Path, rounds: int) -> None:
    """The whole past, a single card of it, and another policy, each against a rebuild."""
    events = ledger.status().last_position
    rebuilding, going_back, one_card, replaying = [], [], [], []
    for number in range(rounds):
        rebuilding.append(timed(ledger.rebuild))
        with ledger.as_of(events) as past:
            going_back.append(timed(past.recipient_filter))
        with ledger.as_of(events) as past:
            one_card.append(timed(lambda n=number, p=past: p.candidate_card(f"cand-{n * 37 + 1}")))
        replaying.append(timed(lambda: ledger.replay(NEVER)))
    best = min(rebuilding)
    print(f"  {events:,} events, the best of {rounds}")
    print(f"  {'rebuild':<24} {events / best:>10,.0f} events/s")
    for name, times in (("as_of, whole", going_back), ("replay", replaying)):
        print(f"  {name:<24} {events / min(times):>10,.0f} events/s  {best / min(times):5.2f} x rebuild")
    print(f"  {'as_of, one card':<24} {statistics.median(one_card) * 1000:>10,.1f} ms")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        kept, most = fresh.submit(grown, path).result()
    for name, size in (("memory of as_of, kept", kept), ("  while it is made", most)):
        print(f"  {name:<24} {size / events:>10,.0f} bytes an event ({size / 2**20:,.0f} MiB)")


def main() -> None:
    """Make a ledger, record what became of its messages, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", nargs="?", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder, "l.db"), clock=now) as ledger:
        populate(ledger, asked.messages)
        for request in requests(asked.messages):
            record(ledger, request)
        travel(ledger, Path(folder, "l.db"), asked.rounds)


if __name__ == "__main__":
    main()
