"""SIGKILL an ingesting process again and again: nothing acknowledged may be lost, no batch be there by half.

``python tests/torture/run.py [--kills N]`` kills N times while one process writes and N times while eight do.
Each writer takes on a candidate and a message and records a webhook's batch about it, over and over, and
acknowledges each batch once ``record()`` has returned. Who comes after a killed writer begins with the batch
that was not acknowledged, as a provider would send it again.
"""

import argparse
import base64
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from deliveryledger import Ledger
from deliveryledger.classification import Evidence, classify
from deliveryledger.inbound import providers
from deliveryledger.inbound.request import WebhookRequest

PASSWORD = "hooks:correct horse"
AUTHORIZATION = f"Basic {base64.b64encode(PASSWORD.encode()).decode()}"
UNKNOWN = 8
"""Reports of each batch that fit no message."""
LONGEST_LIFE = 0.15
"""Seconds until a single writer is killed at the latest."""
COMMANDS = ["EmailRegistered", "MessageRegistered", "MessageSubmitted"]
"""What is recorded before the batch, each in a transaction of its own."""
BATCH = Counter(
    {
        "MessageBounced": 1,
        "ComplaintReceived": 1,
        "AddressSuppressed": 2,
        "IncidentOpened": 1,
        "IncidentRepeated": 1,
        "ReportUnmatched": UNKNOWN,
        "ReportQuarantined": 1,
        "delivery": 1,
    }
)
"""What one batch leaves, all of it in one transaction."""


class Work:
    """Batch ``number`` of a writer."""

    def __init__(self, writer: int, number: int) -> None:
        self.key = f"b{writer}-{number}"
        self.address = f"ada-{self.key}@example.org"
        self.at = 1_794_657_000 + number

    def request(self) -> WebhookRequest:
        """A bounce and a complaint, some messages that nobody knows, and an event that makes no sense."""
        ours = {"email": self.address, "sg_message_id": self.key, "timestamp": self.at}
        events: list[dict[str, object]] = [
            {**ours, "event": "bounce", "type": "bounce", "reason": "550 5.1.1 unknown", "status": "5.1.1"},
            {**ours, "event": "spamreport"},
            {**ours, "event": "bounce", "timestamp": {}},
        ]
        for number in range(UNKNOWN):
            events.append({**ours, "event": "delivered", "sg_message_id": f"{self.key}-{number}"})
        body = json.dumps(events).encode()
        return WebhookRequest("POST", "https://ats.example/", {"Authorization": AUTHORIZATION}, body)

    def do(self, ledger: Ledger) -> None:
        """All of it. May be done again."""
        ledger.candidate_emails.register(self.key, self.address, by="rec-3")
        ledger.messages.register(self.key, sender="rec-3", subject="Interview", message_id=self.key)
        ledger.messages.mark_submitted(
            self.key, provider="sendgrid", provider_message_id=self.key, account=self.key
        )
        provider = providers.get("sendgrid")
        reading = provider.read(self.request(), {"basic_auth": PASSWORD}, account=self.key)
        ledger.record(reading, delivery_key=self.key)


class Writers:
    """Processes that ingest into one ledger until they are killed."""

    def __init__(self, path: Path, count: int) -> None:
        self.path = path
        self.count = count
        self._children: dict[int, int] = {}

    def acks(self, writer: int) -> Path:
        """The file in which a writer acknowledges."""
        return self.path.with_name(f"acknowledged-{self.count}-{writer}")

    def acknowledged(self, writer: int) -> int:
        """How many batches a writer has acknowledged."""
        file = self.acks(writer)
        return file.read_bytes().count(b"\n") if file.exists() else 0

    def start(self, writer: int) -> None:
        """Fork a writer; it goes on where the last one was killed."""
        child = os.fork()
        if child:
            self._children[writer] = child
            return
        try:
            self._ingest(writer)
        except BaseException as error:
            print(f"a writer failed: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)

    def _ingest(self, writer: int) -> None:
        number = self.acknowledged(writer)
        acks = os.open(self.acks(writer), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        with Ledger.open(self.path) as ledger:
            while True:
                Work(self.count * 100 + writer, number).do(ledger)
                os.write(acks, b"%d\n" % number)
                os.fsync(acks)
                number += 1

    def kill(self, writer: int) -> None:
        """Kill a writer; it must have been alive."""
        child = self._children.pop(writer)
        os.kill(child, signal.SIGKILL)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != -signal.SIGKILL:
            sys.exit("a writer died before it was killed")

    def torture(self, kills: int, dice: random.Random) -> None:
        """So many kills, at random moments."""
        # The rules are indexed at their first use; a writer should live for its batches, not for that.
        classify(Evidence.gather("550 5.1.1 User unknown"))
        for writer in range(self.count):
            self.start(writer)
        for _ in range(kills):
            time.sleep(dice.uniform(0, LONGEST_LIFE / self.count**0.5))
            victim = dice.randrange(self.count)
            self.kill(victim)
            self.start(victim)
        for writer in range(self.count):
            self.kill(writer)


class Verdict:
    """What is in the ledger, against what was acknowledged."""

    def __init__(self, path: Path) -> None:
        self.events = 0
        self.found: dict[str, Counter[str]] = {}
        with Ledger.open(path) as ledger:
            self._digests = ledger._services.log.digests
        log = sqlite3.connect(path)
        for stream, name in log.execute("SELECT stream, name FROM ledger_events"):
            self.events += 1
            self._count(stream, name)
        for (key,) in log.execute("SELECT key FROM deliveries"):
            self.found[key]["delivery"] += 1
        self.sound = log.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        log.close()

    def _count(self, stream: str, name: str) -> None:
        category, _, rest = stream.partition("-")
        owner, _, id_ = rest.partition(":")
        key = owner if category == "intake" else id_
        self.found.setdefault(key, Counter())[name] += 1

    def _of(self, work: Work) -> Counter[str]:
        address_key = self._digests.address_key(work.address)
        incident = self._digests.incident_id("rec-3", work.key, address_key)
        parts = (self.found.get(key, Counter()) for key in (work.key, address_key, incident))
        return sum(parts, Counter())

    def judge(self, writers: Writers) -> Counter[str]:
        """How many batches were acknowledged, lost, there by half, or complete but never acknowledged."""
        prefixes = [Counter(COMMANDS[:n]) for n in range(len(COMMANDS) + 1)]
        whole = prefixes[-1] + BATCH
        counts: Counter[str] = Counter()
        for writer in range(writers.count):
            done = writers.acknowledged(writer)
            for number in range(done + 2):
                there = self._of(Work(writers.count * 100 + writer, number))
                counts["acknowledged"] += number < done
                counts["lost"] += number < done and there != whole
                counts["half"] += number == done and there not in (*prefixes, whole)
                counts["recorded, not yet acknowledged"] += number == done and there == whole
                counts["from nowhere"] += number > done and bool(there)
        return counts


def views_are_right(path: Path) -> bool:
    """Every event opens, and the read models are those of the log."""
    with Ledger.open(path) as ledger:
        before = ledger.status().counts
        ledger.rebuild()
        return ledger.status().counts == before


def main() -> int:
    """Torture, judge, and say it in a line each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=1_000, help="of one writer, and again of eight")
    options.add_argument("--seed", type=int, default=None)
    given = options.parse_args()
    seed = given.seed if given.seed is not None else random.randrange(2**32)
    dice, good = random.Random(seed), True
    for count in (1, 8):
        with tempfile.TemporaryDirectory(prefix="deliveryledger-torture-") as folder:
            path, begin = Path(folder) / "ledger.db", time.monotonic()
            writers = Writers(path, count)
            writers.torture(given.kills, dice)
            verdict = Verdict(path)
            counts = verdict.judge(writers)
            bad = counts["lost"] + counts["half"] + counts["from nowhere"]
            good &= not bad and verdict.sound and views_are_right(path) and counts["acknowledged"] > 0
            print(
                f"{given.kills} kills, {count} writing, {time.monotonic() - begin:.0f} s, seed {seed}: "
                f"{counts['acknowledged']:,} batches acknowledged, {verdict.events:,} events; "
                f"{counts['lost']} lost, {counts['half']} by half, {counts['from nowhere']} from nowhere",
                flush=True,
            )
    print("nothing acknowledged was lost, no batch was there by half" if good else "FAILED")
    return not good


if __name__ == "__main__":
    sys.exit(main())
