"""A million mutated mails: each has an outcome, soon, and no text repeats what the mail says.

``python -m tests.torture.mails [--count N] [--seed S]`` changes our own sample mails (and the project's
corpus, where it is beside this checkout) at random and reads each. Reports must be fit to be recorded, and
evidence to be read again. A failure is printed with its number: ``--seed S --number N`` reads that one alone,
and shows the traceback.
"""

import random
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from deliveryledger.domain.reports import REPORT, Reading
from deliveryledger.inbound.mail import read_mail
from tests.inbound.mail.mails import FAILED, arf, dsn
from tests.torture import numbered
from tests.torture.mail_mutations import mutated

NOW = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
BAR = 0.05
"""Seconds of processor time that one mail may take."""
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


def mail_of(seed: int, number: int) -> bytes:
    """Number ``number`` of a seed: always the same, as long as the samples are."""
    dice = random.Random(f"{seed}/{number}")
    return mutated(dice.choice(SEEDS), dice.choice(SEEDS), dice)


def check(reading: object, reader: Read = read_mail) -> str:
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


def torture(
    numbers: Sequence[int], seed: int, reader: Read = read_mail, hangs: float = numbered.HANGS
) -> numbered.Tally:
    """Read these mails, in this process."""

    def case(number: int) -> numbered.Case:
        raw = mail_of(seed, number)
        return numbered.Case(
            f"{len(raw):,} bytes", lambda: reader(raw, received_at=NOW), lambda answer: check(answer, reader)
        )

    return numbered.tally_of(case, numbers, hangs)


def show(seed: int, number: int) -> None:
    """Read one mail, and let it fail."""
    raw = mail_of(seed, number)
    print(f"{len(raw)} bytes: {raw[:3_000]!r}")
    try:
        print(check(read_mail(raw, received_at=NOW)))
    except Exception:
        traceback.print_exc(file=sys.stdout)


if __name__ == "__main__":
    raise SystemExit(numbered.main(__doc__ or "", torture, show, chunk=1_000, bar=BAR))
