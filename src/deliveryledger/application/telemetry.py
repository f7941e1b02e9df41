"""What somebody who watches the ledger is told: numbers, durations and spans, never anything about a person.

Attributes are closed words of ours (outcome, cause, trouble, severity), a provider's name, and counts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from time import perf_counter
from typing import Final, Protocol, TypeVar

from ..domain.aggregate import Event
from ..domain.incident.events import IncidentOpened
from ..domain.intake.events import ReportQuarantined, ReportUnmatched
from ..domain.message.events import (
    AutoReplyReceived,
    ComplaintReceived,
    ComplaintWithdrawn,
    LinkClicked,
    MessageBounced,
    MessageDeferred,
    MessageDelivered,
    MessageDropped,
    MessageOpened,
    MessageRejected,
    MessageSubmitted,
    UnsubscribeRequested,
)
from ..domain.reports import Outcome, Reading
from ..domain.suppression_filter.events import AddressSuppressed
from .unit_of_work import UnitOfWork

Result = TypeVar("Result")

REPORTS: Final = "deliveryledger.reports"
REPEATS: Final = "deliveryledger.reports.repeated"
UNMATCHED: Final = "deliveryledger.reports.unmatched"
QUARANTINED: Final = "deliveryledger.reports.quarantined"
INCIDENTS: Final = "deliveryledger.incidents"
SUPPRESSIONS: Final = "deliveryledger.suppressions"
RETRIES: Final = "deliveryledger.conflicts.retried"
DURATION: Final = "deliveryledger.record.duration"
SIZE: Final = "deliveryledger.record.reports"

COUNTERS: Final[Mapping[str, tuple[str, str]]] = {
    REPORTS: ("{report}", "Reports that became a fact, by outcome, severity and provider"),
    REPEATS: ("{report}", "Reports that were known already, by provider"),
    UNMATCHED: ("{report}", "Reports that fit no message and are kept, by provider"),
    QUARANTINED: ("{report}", "Parts of requests and mails that could not be read, by provider"),
    INCIDENTS: ("{incident}", "Incidents opened for a sender, by trouble"),
    SUPPRESSIONS: ("{address}", "Addresses put on the recipient filter, by cause"),
    RETRIES: ("{transaction}", "Transactions begun again because another one was faster"),
}
"""Name -> unit (UCUM) and what is counted."""
HISTOGRAMS: Final[Mapping[str, tuple[str, str]]] = {
    DURATION: ("s", "How long recording a batch took"),
    SIZE: ("{report}", "How many reports a recorded batch had"),
}
"""Name -> unit (UCUM) and what is measured."""
SPANS: Final = (
    "deliveryledger.record", "deliveryledger.transact", "deliveryledger.catch_up", "deliveryledger.rebuild",
)  # fmt: skip

_OUTCOMES: Final[Mapping[type[Event], Outcome]] = {
    MessageSubmitted: Outcome.SUBMITTED,
    MessageDeferred: Outcome.DEFERRED,
    MessageDelivered: Outcome.DELIVERED,
    MessageBounced: Outcome.BOUNCED,
    MessageRejected: Outcome.REJECTED,
    MessageDropped: Outcome.SUPPRESSED,
    ComplaintReceived: Outcome.COMPLAINED,
    ComplaintWithdrawn: Outcome.COMPLAINT_WITHDRAWN,
    UnsubscribeRequested: Outcome.UNSUBSCRIBED,
    AutoReplyReceived: Outcome.AUTO_REPLIED,
    MessageOpened: Outcome.OPENED,
    LinkClicked: Outcome.CLICKED,
}


class Telemetry(Protocol):
    """Where it goes. Called from any thread, after the commit; must not raise."""

    def span(self, name: str, attributes: Mapping[str, str | int]) -> AbstractContextManager[object]:
        """Surrounds a piece of work (one of SPANS); spans lie within one another."""

    def count(self, name: str, number: int, attributes: Mapping[str, str]) -> None:
        """Add to one of COUNTERS."""

    def measure(self, name: str, value: float, attributes: Mapping[str, str]) -> None:
        """Add a value to one of HISTOGRAMS."""


@contextmanager
def span(telemetry: Telemetry | None, name: str, **attributes: str | int) -> Iterator[None]:
    """A span where somebody watches."""
    if telemetry is None:
        yield
        return
    with telemetry.span(name, attributes):
        yield


@contextmanager
def batch(telemetry: Telemetry, readings: Sequence[Reading]) -> Iterator[None]:
    """Surrounds the recording of readings, if there are any; what failed is no measurement."""
    if not readings:
        yield
        return
    started, reports = perf_counter(), sum(len(reading.reports) for reading in readings)
    about = {"source": str(readings[0].source)}  # a batch is of one source, and may be of many providers
    with telemetry.span("deliveryledger.record", {"reports": reports, **about}):
        yield
    telemetry.measure(DURATION, perf_counter() - started, about)
    telemetry.measure(SIZE, reports, about)


def transaction(
    telemetry: Telemetry,
    transact: Callable[[Callable[[UnitOfWork], Result]], Result],
    work: Callable[[UnitOfWork], Result],
) -> Result:
    """Run a unit of work and tell what it decided, once it is committed."""
    units: list[UnitOfWork] = []

    def watched(unit: UnitOfWork) -> Result:
        units.append(unit)
        return work(unit)

    try:
        with telemetry.span("deliveryledger.transact", {}):
            result = transact(watched)
    finally:
        if len(units) > 1:
            telemetry.count(RETRIES, len(units) - 1, {})
    if units:
        _tell(telemetry, units[-1])
    return result


def _tell(telemetry: Telemetry, unit: UnitOfWork) -> None:
    numbers = Counter(_facts(change.event for change in unit.changes.events))
    for provider, repeats in unit.repeats.items():
        numbers[REPEATS, (("provider", provider),)] += repeats
    for (name, attributes), number in numbers.items():
        if number:
            telemetry.count(name, number, dict(attributes))


def _facts(events: Iterable[Event]) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """The counter of each event that has one, and its attributes."""
    for event in events:
        match event:
            case MessageSubmitted(source=None):
                pass  # the ATS's own word, no report
            case MessageBounced():
                said = (
                    ("outcome", "bounced"),
                    ("severity", str(event.severity)),
                    ("provider", event.provider),
                )
                yield REPORTS, said
            case ReportUnmatched():
                yield UNMATCHED, (("provider", event.provider),)
            case ReportQuarantined():
                yield QUARANTINED, (("provider", event.provider),)
            case IncidentOpened():
                yield INCIDENTS, (("trouble", str(event.trouble)),)
            case AddressSuppressed():
                yield SUPPRESSIONS, (("cause", str(event.cause)),)
            case _ if outcome := _OUTCOMES.get(type(event)):
                provider: str = getattr(event, "provider", "")
                yield REPORTS, (("outcome", str(outcome)), ("provider", provider))
