"""The short form of ``python -m tests.torture.cvs``, and that it would notice."""

import pytest

from deliveryledger.advice.cv_addresses import CvAddress, CvReading, UnreadableCv
from tests.torture.cvs import check, cv_of, torture


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_mutated_cvs_are_read_or_refused(part: int):
    tally = torture(range(part * 100, part * 100 + 100), seed=7)
    assert tally.failures == []
    assert {"addresses", "refused"} <= set(tally.outcomes)


def test_a_cv_is_known_by_its_number():
    assert cv_of(7, 5) == cv_of(7, 5) != cv_of(8, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        UnreadableCv("it has an @"),
        UnreadableCv("long " * 50),
        CvReading((CvAddress("ada\x00@example.org", None, "text"),), readable=True),
        CvReading((CvAddress("ada", None, "text"),), readable=True),
        CvReading((CvAddress("ada@example.org", 0, "text"),), readable=True),
    ],
)
def test_what_goes_wrong_would_be_noticed(wrong: object):
    with pytest.raises(AssertionError):
        check(wrong)
