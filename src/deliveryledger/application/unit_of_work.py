"""One unit of work: load what a command or a batch needs, decide, append once, start over on conflict."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from ..domain.addresses import Digests
from ..domain.aggregate import Event
from ..domain.candidate_email import aggregate as candidate_email
from ..domain.identifiers import parse_stream
from ..domain.incident import aggregate as incident
from ..domain.intake import aggregate as intake
from ..domain.message import aggregate as message
from ..domain.suppression_filter import aggregate as suppression_filter
from ..errors import ConcurrentChange
from .ports import Changes, Clock, EventLog, LogTransaction, NewEvent

ATTEMPTS = 10
Result = TypeVar("Result")

_AGGREGATES: Mapping[str, tuple[Any, Callable[[Any, Any], Any]]] = {
    "message": (message.Message(), message.evolve),
    "candidate_email": (candidate_email.CandidateEmail(), candidate_email.evolve),
    "suppression_filter": (suppression_filter.SuppressionFilter(), suppression_filter.evolve),
    "incident": (incident.Incident(), incident.evolve),
    "intake": (intake.Intake(), intake.evolve),
}


@dataclass
class Stream:
    """A stream as this unit of work sees it: what was loaded, plus what was decided."""

    state: Any
    evolve: Callable[[Any, Any], Any]
    events: list[Event]

    @property
    def version(self) -> int:
        """Version of the newest event; 0 = none."""
        return len(self.events)


class UnitOfWork:
    """States by stream, and the changes to append."""

    def __init__(self, transaction: LogTransaction, digests: Digests, now: datetime) -> None:
        self.transaction = transaction
        self.digests = digests
        self.now = now
        self.changes = Changes()
        self._streams: dict[str, Stream] = {}

    def load(self, streams: Iterable[str], *, opened: bool = False) -> None:
        """Load and fold what is not loaded yet, with one query. ``opened`` for personal fields."""
        wanted = {stream for stream in streams if stream not in self._streams}
        if not wanted:
            return
        loaded = self.transaction.load(wanted, opened=opened)
        for stream in wanted:
            initial, evolve = _AGGREGATES[parse_stream(stream).category]
            events = loaded.get(stream, [])
            state = initial
            for event in events:
                state = evolve(state, event)
            self._streams[stream] = Stream(state, evolve, events)

    def stream(self, name: str) -> Stream:
        """A stream with its events, loaded now if it was not."""
        if name not in self._streams:
            self.load((name,))
        return self._streams[name]

    def opened(self, name: str) -> list[Event]:
        """The recorded events of a stream with their personal fields opened, whatever was loaded before."""
        return self.transaction.load((name,), opened=True).get(name, [])

    def decide(self, name: str, events: Iterator[Any]) -> list[Event]:
        """Take what a decision yields; the state moves on with each event."""
        decided = list(events)
        if decided:
            stream = self.stream(name)
            for event in decided:
                stream.events.append(event)
                stream.state = stream.evolve(stream.state, event)
                self.changes.events.append(NewEvent(name, len(stream.events), event))
        return decided

    def message(self, name: str) -> message.Message:
        """State of a message."""
        return cast("message.Message", self.stream(name).state)

    def candidate_email(self, name: str) -> candidate_email.CandidateEmail:
        """State of a candidate's address."""
        return cast("candidate_email.CandidateEmail", self.stream(name).state)

    def filter_entry(self, name: str) -> suppression_filter.SuppressionFilter:
        """State of an address on the recipient filter."""
        return cast("suppression_filter.SuppressionFilter", self.stream(name).state)

    def incident(self, name: str) -> incident.Incident:
        """State of an incident."""
        return cast("incident.Incident", self.stream(name).state)

    def intake(self, name: str) -> intake.Intake:
        """State of a report that could not be used yet."""
        return cast("intake.Intake", self.stream(name).state)


def transact(log: EventLog, clock: Clock, work: Callable[[UnitOfWork], Result]) -> Result:
    """Run ``work`` and append what it decided, as one transaction. Raises ConcurrentChange in the end."""
    for attempt in range(ATTEMPTS):
        try:
            with log.transaction() as transaction:
                unit = UnitOfWork(transaction, log.digests, clock())
                result = work(unit)
                if unit.changes:
                    transaction.append(unit.changes)
                return result
        except ConcurrentChange:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError  # the loop returns or raises
