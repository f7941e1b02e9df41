"""``ledger.requests``: webhook requests are kept first and answered, then recorded.

What is kept survives a kill. Keeping remembers the delivery, so that what a provider sends again is answered
and not kept again; recording removes the request in the transaction that records what it says.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from ..domain.reports import Quarantined, Reading
from ..errors import (
    ConcurrentChange,
    KeyStoreError,
    ProofUnavailable,
    ReplayRefused,
    SealBroken,
    StorageError,
    SubjectKeyMissing,
    Unauthenticated,
)
from .deliveries import is_new_delivery, request_key
from .kept_requests import KeptRequest, PutOff, Taken, Waiting
from .recording import Recording, record_reading
from .services import Services
from .unit_of_work import UnitOfWork

_PAUSES: Final = (10, 30, 60, 300, 900, 3_600)
"""Seconds until a request that was put off is tried again; the last of them from then on."""
_ATTEMPTS: Final = 80
"""How often the outside is asked: for three days, as long as Amazon SNS waits for a confirmation
(docs.aws.amazon.com/sns)."""
_ASKING: Final = 1.0
"""Seconds of a turn after which nothing more is proved in it: what is verified waits for the others."""
_MOST: Final = 20
"""Requests that are recorded together: while they are, those who keep new ones wait."""
_OF_ONE: Final = (SubjectKeyMissing, SealBroken, ConcurrentChange)
"""Failures of store and keys that may come from one request; the others concern them all."""


@dataclass
class Recorded:
    """What became of kept requests, in numbers of requests."""

    recording: Recording = field(default_factory=Recording)
    requests: int = 0
    """Recorded."""
    refused: int = 0
    """Turned out not to be authentic, or could not be proved for days."""
    put_off: int = 0
    """To be tried again: a proof could not be had, or an endpoint not be confirmed."""
    stuck: int = 0
    """To be tried again, and look at the keys: one that it needs is missing, or it was altered."""
    gone: int = 0
    """Dropped, because their key was destroyed: recorded before, as far as the keys know."""

    def __bool__(self) -> bool:
        return bool(self.requests or self.refused or self.put_off or self.stuck or self.gone)


@dataclass(frozen=True)
class Outside:
    """What recording needs from the outside, each for one request."""

    read: Callable[[KeptRequest], Reading]
    """What its body says."""
    prove: Callable[[KeptRequest], None]
    """Raises Unauthenticated, or ProofUnavailable where it is to be asked again later."""
    visit: Callable[[KeptRequest, str], object]
    """Confirms an endpoint by visiting a URL of the provider's; raises ProofUnavailable."""


class Read(NamedTuple):
    """A request and what it says."""

    request: KeptRequest
    reading: Reading


class Requests:
    """Webhook requests between the answer and the record, oldest first. Thread-safe."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._silent_until: dict[tuple[str, str], datetime] = {}
        """By account, for which the outside did not answer. One who waits for it is enough."""

    def keep(self, requests: Sequence[KeptRequest]) -> list[Taken]:
        """Keep requests, durably when this returns; all in one transaction. Raises StorageError."""
        return self._services.transact(lambda unit: [_keep(unit, request) for request in requests])

    def record(self, outside: Outside, *, limit: int = _MOST) -> Recorded:
        """Record the oldest kept requests, at most so many; together, or one by one where one resists.

        Raises StorageError and KeyStoreError; what was not recorded then is still kept.
        """
        return _Turn(self._services, outside, self._silent_until).run(limit)

    def waiting(self) -> Waiting:
        """How many are kept and not recorded yet, and since when."""
        return self._services.log.kept_requests.waiting()

    def try_out(self) -> None:
        """Make sure that requests could be kept now. Raises StorageError, KeyStoreError."""
        self._services.log.kept_requests.try_out()

    def waiting_at_most(self, seconds: float) -> AbstractContextManager[None]:
        """In this block the thread waits for locks so many seconds in all, then raises LedgerLocked."""
        return self._services.log.kept_requests.waiting_at_most(seconds)

    def sweep(self) -> int:
        """Leave no key of a request that is recorded, where a kill or a journal kept one; returns how many
        a kill had left. Raises StorageError."""
        return self._services.log.sweep_requests()


def _keep(unit: UnitOfWork, request: KeptRequest) -> Taken:
    known_as = request_key(
        unit.digests, provider=request.provider, account=request.account, content=request.content
    )
    try:
        for key in (request.replay_key, known_as):
            if key is not None and not is_new_delivery(unit, key, request.content):
                return Taken.REPEATED
    except ReplayRefused:
        return Taken.REFUSED
    unit.changes.requests.append(request)
    return Taken.KEPT


class _Turn:
    """Records what is due, once."""

    def __init__(self, services: Services, outside: Outside, silent: dict[tuple[str, str], datetime]) -> None:
        self._services = services
        self._outside = outside
        self._now: datetime = services.clock()
        self._silent_until = silent
        self._recorded = Recorded()

    def run(self, limit: int) -> Recorded:
        due = self._services.log.kept_requests.due(self._now, limit)
        done, later, readings = list(due.erased), [self._pause(number) for number in due.sealed], []
        enough = time.monotonic() + _ASKING
        for request in due.requests:
            if not request.is_verified and time.monotonic() > enough:
                break  # those that are verified stand before it, and are recorded at the end of the turn
            try:
                readings.append(Read(request, self._read(request)))
            except Unauthenticated:
                done.append(request.number)
                self._recorded.refused += 1
            except ProofUnavailable:
                later.append(self._pause(request.number, request.attempts))
                self._recorded.put_off += 1
        self._recorded.stuck += len(due.sealed)
        self._recorded.gone += len(due.erased)
        self._settle(done, later)
        if readings:
            self._record(readings)
        return self._recorded

    def _read(self, request: KeptRequest) -> Reading:
        """What a request says. Raises Unauthenticated, ProofUnavailable."""
        if not request.is_verified and not self._ask(lambda: self._outside.prove(request), request):
            raise Unauthenticated("prove a request", "its proof could not be had for days", "drop it")
        try:
            reading = self._outside.read(request)
        except Exception as error:  # reading never raises; if it does after all, nothing is lost
            return _unreadable(request, type(error).__name__)
        url = reading.visit
        if url is not None and not self._ask(lambda: self._outside.visit(request, url), request):
            return _unreadable(request, "the endpoint could not be confirmed")
        return reading

    def _ask(self, question: Callable[[], object], request: KeptRequest) -> bool:
        """Ask the outside. False: it is too late to ask again. Raises ProofUnavailable, if it is not."""
        account = (request.provider, request.account)
        if self._now < self._silent_until.get(account, self._now):
            raise ProofUnavailable("ask the outside", "it did not answer a moment ago", "try again later")
        try:
            question()
        except Unauthenticated:
            raise
        except Exception as error:  # whatever a caller's own ways out of the house may raise
            self._silent_until[account] = self._now + timedelta(seconds=_PAUSES[0])
            if request.attempts < _ATTEMPTS:
                raise ProofUnavailable("ask the outside", type(error).__name__, "try again later") from None
            return False
        return True

    def _record(self, readings: list[Read]) -> None:
        try:
            said = [reading for _, reading in readings]
            done, number = self._services.transact(lambda unit: self._together(unit, readings), *said)
        except Exception as error:
            # One that nobody thought of must neither hold up the others nor be lost.
            if isinstance(error, StorageError | KeyStoreError) and not isinstance(error, _OF_ONE):
                raise
            if len(readings) == 1:
                self._resisted(readings[0], error)
            else:
                for each in readings:
                    self._record([each])
            return
        self._recorded.recording += done
        self._recorded.requests += number

    def _together(self, unit: UnitOfWork, readings: list[Read]) -> tuple[Recording, int]:
        recording = Recording()
        there = unit.transaction.requests_there(request.number for request, _ in readings)
        for request, reading in readings:
            if request.number in there:
                recording += record_reading(unit, reading, self._services.policies, tenant=request.tenant)
                recording.ignored += len(reading.ignored)
        unit.changes.requests_done.extend(there)
        return recording, len(there)

    def _resisted(self, read: Read, error: Exception) -> None:
        instead = _unreadable(read.request, type(error).__name__)
        # Where a key is missing, nothing is wrong with what the request says; nor does a second try help.
        if isinstance(error, _OF_ONE) or read.reading == instead:
            self._settle([], [self._pause(read.request.number, read.request.attempts)])
            self._recorded.stuck += 1
        else:
            self._record([Read(read.request, instead)])

    def _settle(self, done: list[int], later: list[PutOff]) -> None:
        def work(unit: UnitOfWork) -> None:
            unit.changes.requests_done.extend(done)
            unit.changes.requests_put_off.extend(later)

        if done or later:
            self._services.transact(work)

    def _pause(self, number: int, attempts: int = len(_PAUSES)) -> PutOff:
        return PutOff(number, self._now + timedelta(seconds=_PAUSES[min(attempts, len(_PAUSES) - 1)]))


def _unreadable(request: KeptRequest, why: str) -> Reading:
    return Reading(
        provider=request.provider,
        account=request.account,
        received_at=request.received_at,
        quarantined=(Quarantined(why=why, raw=request.body),),
        content=request.content,
    )
