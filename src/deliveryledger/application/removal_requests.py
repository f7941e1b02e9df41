"""Commands about taking an address off the recipient filter: request, consent, approve, reject, lift."""

from collections.abc import Callable, Iterator

from ..domain.addresses import check_typed
from ..domain.aggregate import Event
from ..domain.identifiers import check_id, same_actor, suppression_filter_stream
from ..domain.suppression_filter import decisions, granting, removal
from ..domain.suppression_filter.aggregate import SuppressionFilter, evolve
from ..domain.suppression_filter.events import (
    ConsentKind,
    RecipientConsentRecorded,
    RemovalRequested,
    SuppressionLifted,
)
from ..errors import InvalidInput, UnknownRemovalRequest
from .filter_commands import FilterCommands
from .policies import lists_of
from .removals import Lifted, RemovalRequest
from .unit_of_work import UnitOfWork


class Removals(FilterCommands):
    """A part of ``ledger.suppression_filters``."""

    _withheld: Callable[[str, str], tuple[str, ...]]

    def request_removal(
        self, address: str, *, by: str, evidence: str, tenant: str | None = None
    ) -> RemovalRequest:
        """Ask for an address to be taken off. One's own open request is returned, not made twice.

        Raises UnknownRemovalRequest if the address is not on the filter, InvalidInput without evidence.
        """
        check_id(by, "actor id")
        if not evidence.strip():
            raise InvalidInput(
                "request a removal", "there is no evidence", "say what was checked (evidence=...)"
            )
        check_typed(address)

        def work(unit: UnitOfWork) -> RemovalRequest:
            stream = self._entry(unit, address, tenant)
            entry = unit.filter_entry(stream)
            request_id = f"{stream.rpartition(':')[2]}.{len(entry.requests) + 1}"
            request = RemovalRequested(
                **self._common(unit, address, tenant),
                request_id=request_id,
                by=by,
                evidence=evidence,
            )
            decided = unit.decide(stream, removal.request_removal(entry, request))
            if decided:
                return RemovalRequest(request_id, by)
            known = [r for r in entry.requests if r.is_waiting and same_actor(r.by, by)]
            if not known:
                raise UnknownRemovalRequest(
                    "request a removal",
                    "the address is not on the recipient filter",
                    "nothing needs to be done",
                    why="not_suppressed",
                )
            return RemovalRequest(*known[0][:3])

        return self._services.transact(work)

    def record_consent(
        self, address: str, *, kind: str, evidence: str, by: str, tenant: str | None = None
    ) -> None:
        """Note that somebody wants the mail; ``kind`` is ``recipient`` or ``sender``."""
        check_id(by, "actor id")
        if kind not in tuple(ConsentKind):
            raise InvalidInput(
                "record a consent", "there is no such kind", f"use one of {', '.join(ConsentKind)}"
            )
        check_typed(address)

        def decide(unit: UnitOfWork, entry: SuppressionFilter) -> Iterator[Event]:
            given = RecipientConsentRecorded(
                **self._common(unit, address, tenant),
                kind=ConsentKind(kind),
                evidence=evidence,
                by=by,
            )
            return decisions.consent(entry, given)

        self._transact(lambda unit: self._entry(unit, address, tenant), decide)

    def approve(
        self, request_id: str, *, by: str, as_administrator: bool = False, tenant: str | None = None
    ) -> Lifted:
        """Lift on request. Raises LiftRefused, naming what is missing, or UnknownRemovalRequest.

        Where ``Policies.provider_lists`` names lists that have to confirm first, ``waiting_for`` says which;
        ``ledger.provider_lists.carry_out`` asks them.

        ``as_administrator``: the ATS vouches that ``by`` is one; needed for the second removal of the same
        address within the days of ``Policies.removal``.
        """
        check_id(by, "actor id")
        stream = self._request_stream(request_id, tenant)

        def decide(unit: UnitOfWork, entry: SuppressionFilter) -> Iterator[Event]:
            return removal.approve(
                entry,
                request_id=request_id,
                by=by,
                at=unit.now,
                policy=self._services.policies.removal,
                as_administrator=as_administrator,
                providers=self._confirming(tenant),
            )

        return self._lifted(self._transact(lambda _: stream, decide), stream)

    def reject(self, request_id: str, *, by: str, note: str, tenant: str | None = None) -> None:
        """Turn a request down, with a note. Raises UnknownRemovalRequest."""
        check_id(by, "actor id")
        stream = self._request_stream(request_id, tenant)

        def decide(unit: UnitOfWork, entry: SuppressionFilter) -> Iterator[Event]:
            return removal.reject(entry, request_id=request_id, by=by, note=note, at=unit.now)

        self._transact(lambda _: stream, decide)

    def lift(
        self,
        address: str,
        *,
        by: str,
        evidence: str | None = None,
        approved_by: str | None = None,
        as_administrator: bool = False,
        tenant: str | None = None,
    ) -> Lifted:
        """Lift without a request; the same things are required. Raises LiftRefused."""
        check_id(by, "actor id")
        evidence = (evidence or "").strip() or None
        check_typed(address)

        def work(unit: UnitOfWork) -> list[Event]:
            stream = self._entry(unit, address, tenant)
            entry = unit.filter_entry(stream)
            before = len(unit.changes.events)
            request_id, providers = None, self._confirming(tenant)
            if (evidence or providers) and entry.is_active(unit.now):
                # A request of its own keeps the evidence; and it stays, where the lift waits and is voided.
                request = RemovalRequested(
                    **self._common(unit, address, tenant),
                    request_id=f"{entry.address_key}.{len(entry.requests) + 1}",
                    by=by,
                    evidence=evidence or "",
                    without_evidence=None if evidence else True,
                )
                unit.decide(stream, removal.request_removal(entry, request))
                waiting = [r for r in unit.filter_entry(stream).requests if r.is_waiting]
                request_id = [r.request_id for r in waiting if same_actor(r.by, by)][-1]
            lifted = removal.lift(
                unit.filter_entry(stream),
                by=by,
                approved_by=approved_by,
                evidence=evidence,
                at=unit.now,
                policy=self._services.policies.removal,
                as_administrator=as_administrator,
                providers=providers,
                request_id=request_id,
            )
            unit.decide(stream, lifted)
            return [new.event for new in unit.changes.events[before:]]

        return self._lifted(self._services.transact(work), self._stream(address, tenant))

    def requests(self, address: str, *, tenant: str | None = None) -> tuple[RemovalRequest, ...]:
        """Every removal request of an address, oldest first."""
        entry = self._known(self._stream(check_typed(address), tenant))
        return tuple(RemovalRequest(*request[:3]) for request in entry.requests)

    def _known(self, stream: str) -> SuppressionFilter:
        entry = SuppressionFilter()
        for event in self._services.log.load((stream,)).get(stream, []):
            entry = evolve(entry, event)  # type: ignore[arg-type]  # one stream, one aggregate
        return entry

    def _lifted(self, decided: list[Event], stream: str) -> Lifted:
        for event in decided:
            if isinstance(event, SuppressionLifted):
                causes = tuple(str(cause) for cause in event.causes)
                return Lifted(causes, self._withheld(event.scope, event.address_key))
        return Lifted(waiting_for=granting.unconfirmed(self._known(stream)))

    def _confirming(self, tenant: str | None) -> tuple[str, ...]:
        return lists_of(self._services.policies, self._services.tenant(tenant))

    def _request_stream(self, request_id: str, tenant: str | None) -> str:
        return suppression_filter_stream(self._services.tenant(tenant), request_id.rpartition(".")[0])
