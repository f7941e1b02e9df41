"""One unit of work: load what a command or a batch needs, decide, append once, start over on conflict."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar, cast

from ..domain.aggregate import Event
from ..domain.candidate_email import aggregate as candidate_email
from ..domain.incident import aggregate as incident
from ..domain.intake import aggregate as intake
from ..domain.message import aggregate as message
from ..domain.outage import aggregate as outage
from ..domain.suppression_filter import aggregate as suppression_filter
from ..errors import ConcurrentChange
from .address_keys import AddressKeys
from .ports import Changes, EventLog, LogTransaction, NewEvent

ATTEMPTS = 10
Result = TypeVar("Result")

_AGGREGATES: Mapping[str, tuple[Any, Callable[[Any, Any], Any]]] = {
    "message": (message.Message(), message.evolve),
    "candidate_email": (candidate_email.CandidateEmail(), candidate_email.evolve),
    "suppression_filter": (suppression_filter.SuppressionFilter(), suppression_filter.evolve),
    "incident": (incident.Incident(), incident.evolve),
    "intake": (intake.Intake(), intake.evolve),
    "outage": (outage.Outage(), outage.evolve),
}


class Stream:
    """A stream as this unit of work sees it: what was loaded, plus what was decided.

    ``events`` are those after ``beginning``, a version whose state was known without loading. They are
    folded when the state is asked for: most decided events are never looked at again.
    """

    __slots__ = ("_folded", "_state", "beginning", "events", "evolve")

    def __init__(
        self, state: Any, evolve: Callable[[Any, Any], Any], events: list[Event], beginning: int = 0
    ) -> None:
        self._state = state
        self._folded = 0
        self.evolve = evolve
        self.events = events
        self.beginning = beginning

    @property
    def version(self) -> int:
        """Version of the newest event; 0 = none."""
        return self.beginning + len(self.events)

    @property
    def state(self) -> Any:
        """The state after all events."""
        events, folded = self.events, self._folded
        if folded < len(events):
            state, evolve = self._state, self.evolve
            for event in events[folded:] if folded else events:
                state = evolve(state, event)
            self._state, self._folded = state, len(events)
        return self._state


class UnitOfWork:
    """States by stream, and the changes to append."""

    def __init__(self, transaction: LogTransaction, now: datetime) -> None:
        self.transaction = transaction
        self.digests = transaction.digests
        self.address_keys = AddressKeys(transaction.digests, transaction.earlier_address_keys)
        self.now = now
        self.changes = Changes()
        self.repeats = Counter[str]()
        """Reports that were known already, by provider; for who watches."""
        self._streams: dict[str, Stream] = {}
        self._absent: set[str] = set()
        self._erased: dict[str, bool] = {}
        self._waiting: dict[str, list[str]] = {}

    def load(self, streams: Iterable[str]) -> None:
        """Load what is not loaded yet, with one query."""
        wanted = [s for s in streams if s not in self._streams and s not in self._absent]
        if not wanted:
            return
        loaded = self.transaction.load(wanted)
        for name, events in loaded.items():
            self._streams[name] = Stream(*_aggregate(name), events)
        self._absent.update(wanted)
        self._absent.difference_update(loaded)

    def load_after(self, beginnings: Mapping[str, Any], version: int) -> None:
        """Load the events above ``version`` of streams whose state at that version is known."""
        wanted = [name for name in beginnings if name not in self._streams]
        if not wanted:
            return
        loaded = self.transaction.load(wanted, after=version)
        for name in wanted:
            evolve = _aggregate(name)[1]
            self._streams[name] = Stream(beginnings[name], evolve, loaded.get(name, []), version)

    def load_tails(self, streams: Iterable[str], length: int) -> None:
        """Load the newest events of streams whose state they tell, with one query."""
        wanted = [s for s in streams if s not in self._streams and s not in self._absent]
        if not wanted:
            return
        loaded = self.transaction.tails(wanted, length)
        for name, (beginning, events) in loaded.items():
            self._streams[name] = Stream(*_aggregate(name), events, beginning)
        self._absent.update(wanted)
        self._absent.difference_update(loaded)

    def existing(self, name: str) -> Stream | None:
        """A stream that has events; loaded now if it was not."""
        stream = self._streams.get(name)
        if stream is None and name not in self._absent:
            self.load((name,))
            stream = self._streams.get(name)
        return stream

    def stream(self, name: str) -> Stream:
        """A stream with its events, if there are any."""
        stream = self.existing(name)
        if stream is None:
            stream = self._streams[name] = Stream(*_aggregate(name), [])
        return stream

    def opened(self, name: str) -> list[Event]:
        """The recorded events of a stream with their personal fields opened, whatever was loaded before."""
        return self.transaction.load((name,), opened=True).get(name, [])

    def let_wait(self, name: str, references: Iterable[str]) -> None:
        """Note that a stream (a report, a held suppression) waits for what the references name."""
        for reference in references:
            self.changes.waiting.append((reference, name))
            self._waiting.setdefault(reference, []).append(name)

    def waiting(self, references: Iterable[str]) -> list[str]:
        """Streams that wait for one of the references, since earlier or since a moment ago."""
        wanted = list(references)
        here = [name for reference in wanted for name in self._waiting.get(reference, ())]
        return list(dict.fromkeys([*self.transaction.waiting(wanted), *here]))

    def look_for_erased(self, subjects: Iterable[str]) -> None:
        """Find out with one query which of the data subjects were erased."""
        unknown = {subject for subject in subjects if subject and subject not in self._erased}
        if unknown:
            erased = self.transaction.erased(unknown)
            self._erased.update((subject, subject in erased) for subject in unknown)

    def is_erased(self, subject: str) -> bool:
        """Whether a data subject's key was destroyed."""
        self.look_for_erased((subject,))
        return self._erased.get(subject, False)

    def subject_of_entry(self, name: str, *, about: str = "") -> str:
        """The data subject of a filter entry: its own, apart from any candidate's, for as long as it lasts.

        What comes in late ``about`` an erased person names that person, so that only placeholders are stored.
        """
        known: str = self.filter_entry(name).data_subject
        if known and not self.is_erased(known):
            return known
        return about if self.is_erased(about) else self.transaction.issue_subject("filter")

    def decide(self, name: str, events: Iterator[Any]) -> list[Event]:
        """Take what a decision yields; the state moves on with each event."""
        decided = list(events)
        if decided:
            stream = self.stream(name)
            for event in decided:
                stream.events.append(event)
                self.changes.events.append(NewEvent(name, stream.version, event))
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

    def outage(self, name: str) -> outage.Outage:
        """State of a recipient domain."""
        return cast("outage.Outage", self.stream(name).state)

    def intake(self, name: str) -> intake.Intake:
        """State of a report that could not be used yet."""
        return cast("intake.Intake", self.stream(name).state)


def _aggregate(stream: str) -> tuple[Any, Callable[[Any, Any], Any]]:
    return _AGGREGATES[stream.partition("-")[0]]


def transact(log: EventLog, work: Callable[[UnitOfWork], Result]) -> Result:
    """Run ``work`` and append what it decided, as one transaction. Raises ConcurrentChange in the end."""
    for attempt in range(ATTEMPTS):
        try:
            with log.transaction() as transaction:
                unit = UnitOfWork(transaction, transaction.now())
                result = work(unit)
                if unit.changes:
                    transaction.append(unit.changes)
                return result
        except ConcurrentChange:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError  # the loop returns or raises
