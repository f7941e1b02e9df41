"""A million mutated mails: each has an outcome, soon, and no text repeats what the mail says.

``python -m tests.torture.mails [--count N] [--seed S]`` changes our own sample mails (and the project's
corpus, where it is beside this checkout) at random and reads each. Reports must be fit to be recorded, and
evidence to be read again. A failure is printed with its number: ``--seed S --number N`` reads that one alone,
and shows the traceback.
"""

import argparse
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, NoReturn

from deliveryledger.domain.reports import REPORT, Reading
from deliveryledger.inbound.mail import read_mail
from tests.inbound.mail.mails import FAILED, arf, dsn
from tests.torture.mail_mutations import mutated

NOW = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
BAR = 0.05
"""Seconds of processor time that one mail may take."""
HANGS = 10
"""Seconds after which a mail is given up."""
CHUNK = 1_000
SHOWN = 50
"""Failures that are printed one by one."""
TESTS = Path(__file__).parents[1]
CORPUS = TESTS / "../../shared/corpus/bounces/messages"
SECOND = FAILED.replace("ada@", "grace@").replace("failed", "delayed")
Read = Callable[..., Reading]


def samples() -> list[bytes]:
    """Our own mails."""
    files = (path for path in sorted((TESTS / "inbound/mail/samples").rglob("*")) if path.suffix == ".eml")
    own = [dsn(FAILED), dsn(FAILED, SECOND), dsn(text="No."), arf("Feedback-Type: abuse\n"), b"", b"\n"]
    return own + [path.read_bytes() for path in files]


def seeds() -> list[bytes]:
    """Our own mails and, where it is, the corpus."""
    return samples() + [path.read_bytes() for path in sorted(CORPUS.glob("*.eml"))]


SEEDS = seeds()


class Failure(NamedTuple):
    """What went wrong with a mail."""

    number: int
    why: str


@dataclass
class Tally:
    """What many mails came to."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    slowest: tuple[float, int, int] = (0.0, 0, 0)
    """Seconds, the mail's number, its bytes."""

    def add(self, other: "Tally") -> None:
        """Take in what another process found."""
        self.outcomes += other.outcomes
        self.failures += other.failures
        self.slowest = max(self.slowest, other.slowest)


def mail_of(seed: int, number: int) -> bytes:
    """Number ``number`` of a seed: always the same, as long as the samples are."""
    dice = random.Random(f"{seed}/{number}")
    return mutated(dice.choice(SEEDS), dice.choice(SEEDS), dice)


def check(reading: Reading, reader: Read = read_mail) -> str:
    """What became of the mail, in a word. Raises AssertionError, and whatever recording would raise."""
    assert isinstance(reading, Reading)
    assert reading.reports or reading.ignored or reading.quarantined, "a mail without an outcome"
    for text in (*reading.ignored, *(part.why for part in reading.quarantined)):
        assert "@" not in text, "a text repeats the content"
        assert len(text) < 200, "a text is long"
        assert text.isprintable(), "a text holds what the content says"
    for report in reading.reports[:3]:
        assert REPORT.validate_json(report.as_json()).fact_key == report.fact_key
        if report.raw is not None and len(reading.reports) > 1:
            again = reader(report.raw, received_at=NOW)
            assert again.reports, "evidence that says nothing"
    if reading.quarantined:
        return "quarantined"
    return str(reading.reports[0].outcome) if reading.reports else "ignored"


def torture(numbers: Sequence[int], seed: int, reader: Read = read_mail) -> Tally:
    """Read these mails, in this process."""
    tally = Tally()
    signal.signal(signal.SIGALRM, _hangs)
    for number in numbers:
        raw = mail_of(seed, number)
        signal.setitimer(signal.ITIMER_REAL, HANGS)
        try:
            seconds, reading = _timed(raw, reader)
            tally.outcomes[check(reading, reader)] += 1
            if seconds > tally.slowest[0]:
                # Once more without the garbage of the others.
                seconds = min(seconds, *(_timed(raw, reader)[0] for _ in range(3)))
                tally.slowest = max(tally.slowest, (seconds, number, len(raw)))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # panics of extension modules are no Exceptions
            tally.failures.append(Failure(number, f"{type(error).__name__}: {error}"[:200]))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return tally


def _timed(raw: bytes, reader: Read) -> tuple[float, Reading]:
    started = time.process_time()
    reading = reader(raw, received_at=NOW)
    return time.process_time() - started, reading


def _hangs(*_: object) -> NoReturn:
    raise TimeoutError(f"no answer within {HANGS} s")


def show(seed: int, number: int) -> None:
    """Read one mail, and let it fail."""
    raw = mail_of(seed, number)
    print(f"{len(raw)} bytes: {raw[:3_000]!r}")
    try:
        seconds, reading = _timed(raw, read_mail)
        print(f"{check(reading)} in {seconds * 1000:.1f} ms")
    except Exception:
        traceback.print_exc(file=sys.stdout)


def main() -> int:
    """Read them all, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--number", type=int, help="only this one")
    asked = parser.parse_args()
    if asked.number is not None:
        show(asked.seed, asked.number)
        return 0
    tally, started = Tally(), time.monotonic()
    chunks = [range(start, min(start + CHUNK, asked.count)) for start in range(0, asked.count, CHUNK)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(torture, chunks, [asked.seed] * len(chunks)):
            tally.add(found)
            if len(tally.failures) <= SHOWN:
                for failure in found.failures:
                    print(f"seed {asked.seed} number {failure.number}: {failure.why}", flush=True)
    seconds, number, size = tally.slowest
    rate = asked.count / (time.monotonic() - started)
    print(f"{asked.count:,} mails mutated from {len(SEEDS)}, {rate:,.0f}/s: {dict(tally.outcomes)}")
    print(f"  {len(tally.failures)} exceptions, hangs or texts that say too much")
    print(f"  slowest: {seconds * 1000:.1f} ms (number {number}, {size:,} bytes), bar {BAR * 1000:.0f} ms")
    return int(bool(tally.failures) or seconds > BAR)


if __name__ == "__main__":
    raise SystemExit(main())
