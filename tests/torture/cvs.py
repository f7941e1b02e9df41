"""A million mutated CVs: each is read or refused by the one typed error, soon, and no text says what it says.

``python -m tests.torture.cvs [--count N] [--seed S]`` flips, cuts, repeats and splices the bytes of our
sample CVs, of packed ones also those of their parts, and reads each in this process: what brings a process
down would be seen. A failure is printed with its number: ``--seed S --number N`` reads that one alone.
"""

import random
import sys
import traceback
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from deliveryledger.advice.cv_addresses import CvReading, Limits, UnreadableCv, cv_addresses
from tests.advice.cv.make import MADE
from tests.torture import numbered
from tests.torture.mutations import BYTE_LEVEL, spliced

BAR = 5.0
"""Seconds of processor time that one CV may take."""
FOLDER = Path(__file__).parents[1] / "advice" / "cv"
SEEDS = [(FOLDER / name).read_bytes() for name in sorted(MADE)]
LARGEST = 200_000
"""Bytes of a CV; what is longer is cut. Larger ones are for the process of its own, which has a deadline."""
PACKED = b"PK\x03\x04"
LIMITS = Limits(apart=False, seconds=5.0)


def cv_of(seed: int, number: int) -> bytes:
    """Number ``number`` of a seed: always the same, as long as the samples are."""
    dice = random.Random(f"{seed}/{number}")
    cv = dice.choice(SEEDS)
    if cv.startswith(PACKED) and dice.random() < 0.8:
        return _inside(cv, dice)
    return _mutated(cv, dice)


def _mutated(cv: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        if dice.random() < 0.1:
            cv = spliced(cv, dice.choice(SEEDS), dice)
        else:
            cv = dice.choice(BYTE_LEVEL)(cv, dice)
        cv = cv[:LARGEST]
    return cv


def _inside(cv: bytes, dice: random.Random) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(cv)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, _mutated(part, dice) if dice.random() < 0.5 else part)
    return out.getvalue()


def read(cv: bytes) -> CvReading | UnreadableCv:
    """What comes of it; anything but these two is a failure."""
    try:
        return cv_addresses(cv, limits=LIMITS)
    except UnreadableCv as error:
        return error


def check(answer: object) -> str:
    """What became of the CV, in a word. Raises AssertionError."""
    if isinstance(answer, UnreadableCv):
        assert "@" not in str(answer), "a text repeats the content"
        assert len(str(answer)) < 200, "a text is long"
        return "refused"
    assert isinstance(answer, CvReading)
    for each in answer.addresses:
        assert each.address.isprintable(), "an address with a sign that cannot be seen"
        assert "@" in each.address, "no address"
        assert each.page is None or each.page > 0, "no page"
    if answer.addresses:
        return "addresses"
    return "nothing" if answer.readable else "unreadable"


def torture(numbers: Sequence[int], seed: int) -> numbered.Tally:
    """Read these CVs, in this process."""

    def case(number: int) -> numbered.Case:
        cv = cv_of(seed, number)
        return numbered.Case(f"{len(cv):,} bytes", lambda: read(cv), check)

    return numbered.tally_of(case, numbers, hangs=30.0)


def show(seed: int, number: int) -> None:
    """Read one CV, and let it fail."""
    cv = cv_of(seed, number)
    print(f"{len(cv)} bytes: {cv[:300]!r}")
    try:
        print(read(cv))
    except Exception:
        traceback.print_exc(file=sys.stdout)


if __name__ == "__main__":
    raise SystemExit(numbered.main(__doc__ or "", torture, show, chunk=200, bar=BAR))
