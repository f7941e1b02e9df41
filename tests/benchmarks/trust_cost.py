"""What sealing and auditing cost: the same batches recorded with both and with neither, in one run.

"Neither" is our own code with the sealing taken out for the measurement: personal fields and raw evidence are
stored in clear, no keys are made, fetched or unwrapped, and no audit log follows. There is no such mode.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.domain.aggregate import Event
from deliveryledger.storage import raw_evidence, transaction
from deliveryledger.storage.codec import _HEAD
from tests.benchmarks.workload import now, record, requests, timed


def _in_clear(event: Event, stream: str, version: int, time: bytes, keys: Any) -> bytes:
    del stream, version, keys
    return b'%s%s",%s' % (
        _HEAD,
        time,
        type(event).__pydantic_serializer__.to_json(event, exclude_none=True)[1:],
    )


@contextmanager
def unsealed() -> Iterator[None]:
    """Stores everything in clear."""
    anything: defaultdict[str, Any] = defaultdict(object)
    with (
        patch.object(transaction, "encode", _in_clear),
        patch.object(transaction.SqliteTransaction, "_keys", lambda *_: anything),
        patch.object(raw_evidence, "seal_bytes", lambda _key, _nonce, raw, _bound: raw),
    ):
        yield


def measure(folders: dict[str, Path], count: int) -> dict[str, float]:
    """Seconds for the same batches: with everything, without auditing, without sealing, without evidence."""
    seconds: dict[str, float] = defaultdict(float)
    no_evidence = Policies(keep_raw_evidence=False)
    ledgers = {
        name: Ledger.open(
            folder / "ledger.db", clock=now, policies=no_evidence if "evidence" in name else None
        )
        for name, folder in folders.items()
    }
    ledgers["sealed and audited"].audit.follow()
    for request in list(requests(count)):
        for name, ledger in ledgers.items():
            if name == "neither":
                with unsealed():
                    seconds[name] += timed(lambda held=ledger, r=request: record(held, r))
            else:
                seconds[name] += timed(lambda held=ledger, r=request: record(held, r))
            if name == "sealed and audited":
                seconds[name] += timed(ledger.audit.follow)
    for ledger in ledgers.values():
        ledger.close()
    return seconds


VARIANTS = ("neither", "sealed", "sealed and audited", "sealed, no raw evidence")


def report(folders: dict[str, Path], count: int) -> None:
    """Print each variant's throughput and its share of that with neither."""
    seconds = measure(folders, count)
    base = seconds["neither"]
    for name in VARIANTS:
        cost = 1 - base / seconds[name]
        verdict = ""
        if name == "sealed and audited":
            verdict = f"bar 35 % {'reached' if cost <= 0.35 else 'MISSED'}"
        print(f"  {name:<46} {count / seconds[name]:8,.0f} reports/s, costs {cost:5.1%}   {verdict}")
