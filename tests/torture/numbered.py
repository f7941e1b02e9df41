"""Numbered cases by the million: tried in all processes; the slowest and the failed are known by number."""

import argparse
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

HANGS = 10.0
"""Seconds after which a case is given up."""
_SHOWN = 50
"""Failures that are printed one by one."""


class Failure(NamedTuple):
    """What went wrong with a case."""

    number: int
    why: str


class Slow(NamedTuple):
    """A case, and how long it took."""

    seconds: float
    number: int
    about: str


@dataclass
class Tally:
    """What many cases came to."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    slowest: Slow = field(default_factory=lambda: Slow(0.0, 0, ""))

    def add(self, other: "Tally") -> None:
        """Take in what another process found."""
        self.outcomes += other.outcomes
        self.failures += other.failures
        self.slowest = max(self.slowest, other.slowest)


class Case(NamedTuple):
    """One case: what reads it, timed, and what says in a word what came of the answer."""

    about: str
    read: Callable[[], object]
    judge: Callable[[object], str]


def tally_of(cases: Callable[[int], Case], numbers: Sequence[int], hangs: float = HANGS) -> Tally:
    """Try these cases, in this process."""
    tally = Tally()
    signal.signal(signal.SIGALRM, _hangs)
    for number in numbers:
        case = cases(number)
        signal.setitimer(signal.ITIMER_REAL, hangs)
        try:
            seconds, answer = _timed(case)
            tally.outcomes[case.judge(answer)] += 1
            if seconds > tally.slowest.seconds:
                # Once more without the garbage of the others.
                seconds = min(seconds, *(_timed(case)[0] for _ in range(3)))
                tally.slowest = max(tally.slowest, Slow(seconds, number, case.about))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # panics of extension modules are no Exceptions
            why = f"{case.about} {type(error).__name__}: {error}"
            tally.failures.append(Failure(number, why[:200]))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return tally


def _timed(case: Case) -> tuple[float, object]:
    started = time.process_time()
    answer = case.read()
    return time.process_time() - started, answer


def _hangs(*_: object) -> NoReturn:
    raise TimeoutError("no answer in time")


def main(
    about: str,
    torture: Callable[[Sequence[int], int], Tally],
    show: Callable[[int, int], None],
    *,
    chunk: int,
    bar: float,
) -> int:
    """Try a million, or as many as the command line says, and say how it went. 1 = something went wrong."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--number", type=int, help="only this one")
    asked = parser.parse_args()
    if asked.number is not None:
        show(asked.seed, asked.number)
        return 0
    tally, started = Tally(), time.monotonic()
    chunks = [range(start, min(start + chunk, asked.count)) for start in range(0, asked.count, chunk)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(torture, chunks, [asked.seed] * len(chunks)):
            tally.add(found)
            if len(tally.failures) <= _SHOWN:
                for failure in found.failures:
                    print(f"seed {asked.seed} number {failure.number}: {failure.why}", flush=True)
    slowest, rate = tally.slowest, asked.count / (time.monotonic() - started)
    print(f"{asked.count:,} mutations, {rate:,.0f}/s: {dict(tally.outcomes)}")
    print(f"  {len(tally.failures)} exceptions, hangs or texts that say too much")
    print(
        f"  slowest: {slowest.seconds * 1000:.1f} ms ({slowest.about}, number {slowest.number}),"
        f" bar {bar * 1000:.0f} ms"
    )
    return int(bool(tally.failures) or slowest.seconds > bar)
