"""Times that nobody can mean cost their own event only, whoever sent it; future ones are kept."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.reports import Outcome
from deliveryledger.inbound import providers
from deliveryledger.inbound.mail import read_mail
from deliveryledger.inbound.reception import YEARS, Reception
from tests.inbound.examples import EXAMPLES, Example
from tests.inbound.requests import ADA, NOW

EVERY = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
SECOND = timedelta(seconds=1)
EARLIEST, LATEST = (datetime(year, 1, 1, tzinfo=UTC) for year in (YEARS.start, YEARS.stop))
IMPOSSIBLE = {1: -62135596800, 1950: -631152000, 2150: 5680281600}
_ISO = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d")


def moved(value: Any, year: int) -> Any:
    """The same event, with all its times at the beginning of that year."""
    match value:
        case dict():
            return {name: moved(each, year) for name, each in value.items()}
        case list():
            return [moved(each, year) for each in value]
        case str() if _ISO.match(value):
            return f"{year:04}-01-01{value[10]}00:00:00{value[19:].lstrip('.0123456789')}"
        case "1794657598":
            return str(IMPOSSIBLE[year])
        case int() | float() if 1.7e9 < value < 1.8e9:
            return IMPOSSIBLE[year]
        case int() if 1.7e12 < value < 1.8e12:
            return IMPOSSIBLE[year] * 1000
    return value


@EVERY
@pytest.mark.parametrize("year", IMPOSSIBLE)
def test_an_event_of_an_impossible_time_loses_only_itself(example: Example, year: int):
    impossible = moved(example.good, year)
    assert impossible != example.good
    body = (
        example.body(example.good, impossible, example.good) if example.is_batch else example.body(impossible)
    )
    reading = providers.get(example.slug).reread(body, account="main", received_at=NOW)
    (part,) = reading.quarantined
    assert ADA not in part.why
    assert len(reading.reports) == (2 if example.is_batch else 0)
    with Ledger.open(":memory:", clock=lambda: NOW) as ledger:
        assert ledger.record(reading).quarantined == 1
        assert ledger.intake.retry().quarantined == 1


def test_the_years_that_can_be_meant():
    reception = Reception("postmark", "main", NOW)
    for moment in (EARLIEST, LATEST - SECOND, NOW + timedelta(days=300), EARLIEST.replace(tzinfo=None)):
        report = reception.report(Outcome.DELIVERED, occurred_at=moment, will_retry_until=moment)
        assert report.occurred_at == report.will_retry_until == moment.replace(tzinfo=UTC)
        assert report.ordered_at == min(report.occurred_at, NOW)
    for moment in (EARLIEST - SECOND, LATEST, datetime(1, 1, 1), datetime(9999, 12, 31, tzinfo=UTC)):  # noqa: DTZ001
        with pytest.raises(ValueError, match="a time is before 1990 or after 2099"):
            reception.report(Outcome.DELIVERED, occurred_at=moment)
        with pytest.raises(ValueError, match="a time is before 1990 or after 2099"):
            reception.report(Outcome.DEFERRED, occurred_at=NOW, will_retry_until=moment)


@pytest.mark.parametrize("date", ["Mon, 01 Jan 0100 00:00:00 +0000", "Fri, 01 Jan 9999 00:00:00 +0000"])
def test_a_mail_of_an_impossible_time_is_of_the_time_it_came_in(date: str):
    mail = (
        b"From: ada@example.org\r\nTo: jobs@ats.example\r\nDate: %s\r\nSubject: away\r\n"
        b"In-Reply-To: <m-1@ats.example>\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n"
        % date.encode()
    )
    (report,) = read_mail(mail, received_at=NOW, account="main").reports
    assert report.occurred_at == NOW
