"""What a question about statistics may ask, checked."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from ..domain.addresses import EmailAddress
from ..domain.identifiers import check_id
from ..domain.reports import moment_asked
from ..errors import InvalidAddress, InvalidInput
from .statistics import DIMENSIONS, Period

_ATTEMPTED = "ask for statistics"


def period_asked(
    tenant: str,
    since: date | None,
    until: date | None,
    sender: str | None,
    domain: str | None,
    now: datetime,
    days: int,
) -> Period:
    """The period, the present day being the last, and ``days`` long, unless told. Raises InvalidInput."""
    last = now.astimezone(UTC).date() if until is None else _day(until)
    first = date.fromordinal(max(1, last.toordinal() - days + 1)) if since is None else _day(since)
    if first > last:
        raise InvalidInput(_ATTEMPTED, "the first day is after the last one", "give the earlier day first")
    if sender is not None:
        check_id(sender, "sender id")
    return Period(tenant, first, last, sender, None if domain is None else _domain(domain))


def dimensions_asked(by: str | Iterable[str]) -> tuple[str, ...]:
    """What to divide by, each once, in the order that was asked for. Raises InvalidInput."""
    names = tuple(dict.fromkeys((by,) if isinstance(by, str) else by))
    if not set(names) <= set(DIMENSIONS):
        remedy = f"name some of {', '.join(DIMENSIONS)}"
        raise InvalidInput(_ATTEMPTED, "it cannot be divided by something that was named", remedy)
    return names


def _day(asked: object) -> date:
    if isinstance(asked, datetime):
        return moment_asked(asked).date()
    if not isinstance(asked, date):
        raise InvalidInput(_ATTEMPTED, "a day of the period is no date", "give a datetime.date")
    return asked


def _domain(asked: str) -> str:
    try:
        return EmailAddress.parse(f"x@{asked}").domain
    except InvalidAddress as error:
        raise InvalidInput(_ATTEMPTED, error.obstacle, "give a domain, such as example.org") from None
