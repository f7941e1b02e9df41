"""``python -m tests.benchmarks.mail_speed``: how many mails a second are read, and how many by flufl.bounce.

One core, the same mails in turn in this process: our whole reading (MIME, classification, evidence), and
flufl.bounce's ``scan_message`` with the parsing that it needs; the best of several rounds. The mails are the
project's corpus, where it is beside this checkout, and else our own samples.

``--pool``: from how many files on it pays to read them by processes, one for each core (``PAYS_FROM`` of
``read-mail``); both ways in turn in this process, the best of five.
"""

import argparse
import email
import importlib.util
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from email import policy
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from deliveryledger.cli import read_mail as read_mail_command
from deliveryledger.inbound.mail import read_mail
from tests.benchmarks.timing import best

TESTS = Path(__file__).parents[1]
CORPUS = TESTS / "../../shared/corpus/bounces/messages"
SAMPLES = TESTS / "inbound/mail/samples"
NOW = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
BAR_MEMORY = 10_000
BAR_FILES = 6_000
BAR_RATIO = 4.0
POOL_SIZES = (100, 200, 300, 400, 500, 1_000, 2_000, 4_000, 8_000)
POOL_ROUNDS = 5
COPIES = 10
"""How often the command reads each mail, so that its start is not what is measured."""


def files(folder: Path | None) -> list[Path]:
    """The mails of a folder, of the corpus, or our own."""
    place = folder or (CORPUS if CORPUS.exists() else SAMPLES)
    return sorted(path for path in place.rglob("*") if path.suffix == ".eml")


def flufl(mails: Sequence[bytes]) -> Callable[[], object] | None:
    """Its reading of all the mails; None where it is not installed."""
    if importlib.util.find_spec("flufl") is None or importlib.util.find_spec("flufl.bounce") is None:
        return None
    from flufl.bounce import scan_message

    logging.disable()  # it would print what its detectors fail at, which takes time

    def read() -> None:
        for raw in mails:
            try:
                scan_message(email.message_from_bytes(raw, policy=policy.compat32))
            except Exception:  # its detectors fail at a few mails, which counts as read
                continue

    return read


def read_files(paths: Iterable[Path]) -> None:
    """Read from the disk, one after the other."""
    for path in paths:
        read_mail(path.read_bytes(), received_at=NOW)


def command(mails: Sequence[bytes], rounds: int) -> float | None:
    """Mails a second of ``read-mail`` on a folder, with its start; None where there is no such command."""
    with tempfile.TemporaryDirectory() as folder:
        for number, raw in enumerate(mails * COPIES):
            (Path(folder) / f"{number:06}.eml").write_bytes(raw)
        arguments = [sys.executable, "-m", "deliveryledger", "read-mail", "--json", folder]
        times = []
        for _ in range(min(rounds, 3)):
            started = time.perf_counter()
            ended = subprocess.run(arguments, capture_output=True, check=False)
            times.append(time.perf_counter() - started)
        if ended.stdout.count(b"\n") < len(mails) * COPIES:
            return None
    return len(mails) * COPIES / min(times)


def pool(mails: Sequence[bytes]) -> None:
    """Print how much faster folders of several sizes are read by processes than by this one alone."""
    print(f"reading folders by {os.cpu_count()} processes, and by one, best of {POOL_ROUNDS}")
    before = read_mail_command.PAYS_FROM
    with tempfile.TemporaryDirectory() as place:
        for size in POOL_SIZES:
            folder = Path(place) / f"{size}"
            folder.mkdir()
            for number, raw in enumerate(islice(cycle(mails), size)):
                (folder / f"{number:06}.eml").write_bytes(raw)
            alone, together = best(POOL_ROUNDS, partial(answer, folder, size + 1), partial(answer, folder, 0))
            said = f"{size / alone:8,.0f} alone, {size / together:8,.0f} together"
            line(f"{size:6,} mails a second: {said}", alone / together, unit="times")
    read_mail_command.PAYS_FROM = before


def answer(folder: Path, pays_from: int) -> None:
    """Read a folder as ``read-mail`` does, by processes after so many mails."""
    read_mail_command.PAYS_FROM = pays_from
    for _ in read_mail_command.read_all(read_mail_command.found([str(folder)], [])):
        pass


def line(name: str, rate: float, bar: float | None = None, unit: str = "mails/s") -> None:
    """One line of the table."""
    said = "" if bar is None else f"bar {bar:,.0f} {'reached' if rate >= bar else 'MISSED'}"
    print(f"  {name:<44} {rate:10,.1f} {unit:<12} {said}")


def main() -> None:
    """Print the table, or what is missing for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--folder", type=Path, help="other mails, *.eml")
    parser.add_argument("--pool", action="store_true", help="only: from how many mails on processes pay")
    asked = parser.parse_args()
    paths = files(asked.folder)
    mails = [path.read_bytes() for path in paths]
    if not mails:
        print("reading mails: not measured; there are none here")
        return
    if asked.pool:
        pool(mails)
        return
    size = sum(map(len, mails)) / len(mails)
    print(f"reading {len(mails)} mails of {size:,.0f} bytes on average, best of {asked.rounds}, one core")

    def ours() -> None:
        for raw in mails:
            read_mail(raw, received_at=NOW)

    theirs = flufl(mails)
    memory, from_files, *other = best(
        asked.rounds, ours, lambda: read_files(paths), *([theirs] if theirs else [])
    )
    line("from memory", len(mails) / memory, BAR_MEMORY)
    line("from files", len(mails) / from_files, BAR_FILES)
    if other:
        line("flufl.bounce 6.0, parsing included", len(mails) / other[0])
        line("ours against flufl.bounce", other[0] / memory, BAR_RATIO, "times")
    else:
        print("  flufl.bounce: not measured; pip install flufl.bounce")
    if (rate := command(mails, asked.rounds)) is not None:
        line("read-mail --json on a folder, all cores", rate)
    else:
        print("  read-mail --json: not measured; it does not answer for every mail")


if __name__ == "__main__":
    main()
