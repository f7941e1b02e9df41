"""What the application needs from the outside: a log, a clock, a reader of raw reports."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, Protocol

from ..domain.addresses import Digests
from ..domain.aggregate import Event
from ..domain.reports import Reading, Source
from .envelope import Envelope
from .kept_requests import KeptRequest, KeptRequests, PutOff

Clock = Callable[[], datetime]
"""Returns the present moment in UTC."""


class Correlation(NamedTuple):
    """One submission of one message, found by ``key`` (id and recipient, 1:n) or ``reference`` (id alone).

    From ``candidate_id`` on, the fields are set where registration and submission are the stream's first
    two events: the state after them, so that a report about the message loads only what came later.
    """

    key: str
    stream: str
    reference: str
    address_key: str
    provider: str
    account: str
    submitted_at: str
    """ISO 8601 in UTC; compared as text."""
    candidate_id: str | None = None
    sender_id: str | None = None
    data_subject: str | None = None
    registered_at: str | None = None
    resend_of: str | None = None


class Delivery(NamedTuple):
    """What is remembered of a request, a file or a queue's message that was recorded."""

    content: str = ""
    """Digest of it, where another content under the same key has to be refused."""
    seen_on: date | None = None
    """None: it is remembered for ever."""


class NewEvent(NamedTuple):
    """An event to append; ``version`` is the place it must get, or the append conflicts."""

    stream: str
    version: int
    event: Event


class RawEvidence(NamedTuple):
    """The part of a request or mail that a report about a stream was read from, to be read again."""

    stream: str
    subject: str
    """The data subject whose key seals it; nothing is kept of somebody who was erased."""
    report_id: str
    """Of the report as it was read then; links it with the event that was recorded."""
    provider: str
    account: str
    source: Source
    received_at: datetime
    raw: bytes
    digest: bytes
    """By which the same bytes are known again."""
    number: int = 0
    """Its place among all evidence, once it is kept."""


@dataclass
class Changes:
    """Everything one unit of work writes, in one transaction."""

    events: list[NewEvent] = field(default_factory=list)
    correlations: list[Correlation] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    """(correlation key or reference, intake stream): reports that a later command may match."""
    no_longer_waiting: list[str] = field(default_factory=list)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    """By their keys: a delivery that comes back is a repeat as a whole, and must not have other content."""
    deliveries_forgotten: date | None = None
    """Deliveries that were seen before this day go, if they say when they were seen."""
    settled: list[str] = field(default_factory=list)
    """Data subjects of reports that do not wait any more: their keys go after the commit."""
    evidence: list[RawEvidence] = field(default_factory=list)
    """Raw evidence to keep; once, whatever how often it comes."""
    evidence_removed: list[str] = field(default_factory=list)
    """Streams whose raw evidence goes."""
    requests: list[KeptRequest] = field(default_factory=list)
    """Requests to keep until they are recorded."""
    requests_done: list[int] = field(default_factory=list)
    """Numbers of kept requests that go."""
    requests_put_off: list[PutOff] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(vars(self).values())


class LogTransaction(Protocol):
    """A write transaction: what it reads cannot change before it commits."""

    def now(self) -> datetime:
        """The present moment, never before the newest event was recorded: a clock may be set back."""

    def load(self, streams: Iterable[str], *, opened: bool = False, after: int = 0) -> dict[str, list[Event]]:
        """Of many streams, those with events above a version, oldest first; with one query."""

    def tails(self, streams: Iterable[str], length: int) -> dict[str, tuple[int, list[Event]]]:
        """The newest events of streams, oldest first, and how many lie before them; with one query."""

    def correlated(self, keys: Iterable[str]) -> dict[str, list[Correlation]]:
        """Submissions by their keys, with one query."""

    def correlated_by_reference(self, references: Iterable[str]) -> dict[str, list[Correlation]]:
        """Submissions by reference alone, at most 1,000 each."""

    def submitted_to(
        self, address_key: str, *, provider: str, account: str, since: datetime, until: datetime
    ) -> list[Correlation]:
        """Submissions to an address by one provider account within a time, newest first, at most 1,000."""

    def waiting(self, references: Iterable[str]) -> list[str]:
        """Streams that wait for one of the references: reports, and held suppressions."""

    def since(self, position: int) -> list[tuple[str, Event]]:
        """(stream, event) of everything after a position that lies a moment back, in order."""

    def delivery(self, key: str) -> str | None:
        """The content that a delivery key was seen with."""

    def evidence(self, streams: Iterable[str]) -> Sequence[RawEvidence]:
        """The raw evidence of streams, opened, oldest first; without that of the erased."""

    def requests_there(self, numbers: Iterable[int]) -> set[int]:
        """Those of the kept requests that nobody else has recorded meanwhile."""

    @property
    def digests(self) -> Digests:
        """As :attr:`EventLog.digests`."""

    def earlier_address_keys(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys that stood in the log when a secret was replaced, with one query."""

    def issue_subject(self, purpose: str) -> str:
        """A new data subject, whose key is committed before the first event that it seals."""

    def erased(self, subjects: Iterable[str]) -> set[str]:
        """Those of the data subjects whose keys were destroyed."""

    def append(self, changes: Changes) -> None:
        """Write everything. Raises ConcurrentChange if a version is taken."""


class EventLog(Protocol):
    """The log of all facts. Thread-safe."""

    @property
    def ledger_id(self) -> str:
        """Random id of this ledger."""

    @property
    def kept_requests(self) -> KeptRequests:
        """Webhook requests that were answered and are not recorded yet."""

    @property
    def digests(self) -> Digests:
        """Keyed digests with the secrets in use now; another process may add a newer one."""

    def earlier_address_keys(self, keys: Iterable[str]) -> set[str]:
        """As :meth:`LogTransaction.earlier_address_keys`, outside a transaction."""

    def transaction(self) -> AbstractContextManager[LogTransaction]:
        """Begin writing; commits on leaving, rolls back on an exception."""

    def load(self, streams: Iterable[str], *, opened: bool = False) -> dict[str, list[Event]]:
        """As :meth:`LogTransaction.load`, outside a transaction."""

    def read(self, *, after: int, limit: int, until: int | None = None) -> Sequence[Envelope]:
        """The next events of the whole log, up to a position, opened, in the order of their positions."""

    def read_streams(self, streams: Iterable[str]) -> Sequence[Envelope]:
        """The events of some streams, opened, in the order of their positions."""

    def evidence(
        self, *, after: int = 0, limit: int = 1_000, streams: Iterable[str] | None = None
    ) -> Sequence[RawEvidence]:
        """The next evidence after a number, or all of some streams; opened, without that of the erased."""

    def last_evidence(self) -> int:
        """Number of the newest raw evidence; 0 = none."""

    def carry_out_erasures(self, *, sweep: bool = True) -> None:
        """Destroy the keys that recorded erasures name, unless it was done; they open nothing afterwards.

        ``sweep`` also those of :meth:`sweep_intake`, which takes the write lock.
        """

    def sweep_intake(self) -> int:
        """Destroy the keys of reports that do not wait any more, where a kill left them; returns how many."""

    def sweep_requests(self) -> int:
        """The same for the keys of kept requests that are recorded; no copy of any is left in a journal."""

    def last_erasure(self) -> int:
        """Position of the newest recorded erasure; 0 = none."""

    def waiting(self, references: Iterable[str]) -> list[str]:
        """Intake streams that wait for one of the references, or are about one of the address keys."""

    def waiting_streams(self) -> list[str]:
        """Every intake stream that still waits or is quarantined, oldest first."""

    def last_position(self) -> int:
        """Position of the newest event; 0 = none."""

    def newest(self, until: datetime | int | None = None) -> tuple[int, datetime] | None:
        """Position and time of the newest event up to a position or a moment; None = there is none."""

    def fingerprint(self, position: int) -> str | None:
        """Digest of the event at a position (None: there is none): tells a log from a restored copy."""

    def delivery(self, key: str) -> str | None:
        """As :meth:`LogTransaction.delivery`, outside a transaction."""

    def close(self) -> None:
        """Release everything."""


class ReportReader(Protocol):
    """Reads again, by the present rules: a quarantined part of a request or mail, and all raw evidence."""

    def __call__(
        self,
        *,
        provider: str,
        account: str,
        source: Source,
        raw: bytes,
        received_at: datetime,
    ) -> Reading:
        """What it says; it may be quarantined again."""
