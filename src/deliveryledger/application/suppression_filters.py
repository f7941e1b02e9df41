"""Commands about the recipient filter: may I send, suppress, request a removal, consent, approve, lift."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from ..domain.addresses import check_typed
from ..domain.aggregate import Event
from ..domain.identifiers import check_id, same_actor, suppression_filter_stream
from ..domain.reports import moment_asked
from ..domain.suppression_filter import decisions, removal
from ..domain.suppression_filter.aggregate import SuppressionFilter, evolve
from ..domain.suppression_filter.events import (
    AddressSuppressed,
    Cause,
    ConsentKind,
    RecipientConsentRecorded,
    RemovalRequested,
    SuppressionLifted,
)
from ..errors import InvalidInput, UnknownRemovalRequest
from .filter_import import FilterViews, MovingFilters
from .outages import settle
from .removals import Lifted, RemovalRequest
from .services import Services
from .standing import Standing, standing_of, well_formed
from .unit_of_work import UnitOfWork


class SuppressionFilters(MovingFilters):
    """``ledger.suppression_filters``. The scope of an address is its tenant."""

    def __init__(
        self,
        services: Services,
        views: FilterViews,
        withheld: Callable[[str, str], tuple[str, ...]],
        open_outages: Callable[[str | None], tuple[str, ...]] = lambda *_: (),
    ) -> None:
        self._services = services
        self._views = views
        self._withheld = withheld
        self._open_outages = open_outages

    def may_send(
        self, address: str, *, tenant: str | None = None, lang: str = "en", tz: str = "UTC"
    ) -> Standing:
        """Truthy if a message may be sent; otherwise cause, since, event and the sentence."""
        stream = self._stream(check_typed(address), tenant)
        events = self._services.log.load((stream,)).get(stream, [])
        listed = standing_of(stream, events, self._services.clock(), lang=lang, tz=tz)
        return listed and well_formed(address, lang)

    def suppress(
        self,
        address: str,
        *,
        by: str,
        expires_at: datetime | None = None,
        tenant: str | None = None,
    ) -> None:
        """Put an address on the filter by hand, for good or until ``expires_at``. Raises InvalidInput."""
        check_id(by, "actor id")
        ends = moment_asked(expires_at) if expires_at else None
        if ends is not None and ends <= self._services.clock():
            raise InvalidInput(
                "suppress an address", "expires_at has passed", "give a moment to come, or none"
            )
        check_typed(address)

        def decide(unit: UnitOfWork, entry: SuppressionFilter) -> Iterator[Event]:
            suppression = AddressSuppressed(
                **self._common(unit, address, tenant),
                address=address,
                cause=Cause.MANUAL,
                expires_at=ends,
                by=by,
            )
            return decisions.suppress(entry, suppression)

        self._transact(lambda unit: self._entry(unit, address, tenant), decide)

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
            known = [r for r in entry.requests if r.state == "open" and same_actor(r.by, by)]
            if not known:
                raise UnknownRemovalRequest(
                    "request a removal",
                    "the address is not on the recipient filter",
                    "nothing needs to be done",
                )
            return RemovalRequest(known[0].request_id, known[0].by)

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

    def approve(self, request_id: str, *, by: str, tenant: str | None = None) -> Lifted:
        """Lift on request. Raises LiftRefused, naming what is missing, or UnknownRemovalRequest."""
        check_id(by, "actor id")
        stream = self._request_stream(request_id, tenant)

        def decide(unit: UnitOfWork, entry: SuppressionFilter) -> Iterator[Event]:
            return removal.approve(entry, request_id=request_id, by=by, at=unit.now)

        return self._lifted(self._transact(lambda _: stream, decide))

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
            if evidence and entry.is_active(unit.now):
                # The evidence is kept as a request of its own, which the lift then settles.
                request_id = f"{entry.address_key}.{len(entry.requests) + 1}"
                request = RemovalRequested(
                    **self._common(unit, address, tenant),
                    request_id=request_id,
                    by=by,
                    evidence=evidence,
                )
                unit.decide(stream, removal.request_removal(entry, request))
            lifted = removal.lift(
                unit.filter_entry(stream), by=by, approved_by=approved_by, evidence=evidence, at=unit.now
            )
            unit.decide(stream, lifted)
            return [new.event for new in unit.changes.events[before:]]

        return self._lifted(self._services.transact(work))

    def settle_outages(self, *, tenant: str | None = None) -> int:
        """Apply what was held because of outages whose hold has ended; returns how many addresses.

        To be called regularly: a domain to which nothing is sent any more tells nobody that time has passed.
        Without ``tenant`` a ledger that is bound to none settles those of every tenant.
        """
        domains = self._open_outages(self._services.restricted_to(tenant))
        return sum(self._services.transact(partial(settle, domain=domain)) for domain in domains)

    def requests(self, address: str, *, tenant: str | None = None) -> tuple[RemovalRequest, ...]:
        """Every removal request of an address, oldest first."""
        stream = self._stream(check_typed(address), tenant)
        entry = SuppressionFilter()
        for event in self._services.log.load((stream,)).get(stream, []):
            entry = evolve(entry, event)  # type: ignore[arg-type]  # one stream, one aggregate
        return tuple(RemovalRequest(*request) for request in entry.requests)

    def _lifted(self, decided: list[Event]) -> Lifted:
        for event in decided:
            if isinstance(event, SuppressionLifted):
                causes = tuple(str(cause) for cause in event.causes)
                return Lifted(causes, self._withheld(event.scope, event.address_key))
        return Lifted()

    def _stream(self, address: str, tenant: str | None) -> str:
        return suppression_filter_stream(self._services.tenant(tenant), self._services.address_key(address))

    def _entry(self, unit: UnitOfWork, address: str, tenant: str | None) -> str:
        # In a unit of work, where nobody can replace the secret meanwhile.
        return suppression_filter_stream(self._services.tenant(tenant), unit.address_keys.of(address))

    def _request_stream(self, request_id: str, tenant: str | None) -> str:
        return suppression_filter_stream(self._services.tenant(tenant), request_id.rpartition(".")[0])

    def _common(self, unit: UnitOfWork, address: str, tenant: str | None) -> dict[str, Any]:
        return {
            "occurred_at": unit.now,
            "data_subject": unit.subject_of_entry(self._entry(unit, address, tenant)),
            "scope": self._services.tenant(tenant),
            "address_key": unit.address_keys.of(address),
        }

    def _transact(
        self,
        stream: Callable[[UnitOfWork], str],
        decide: Callable[[UnitOfWork, SuppressionFilter], Iterator[Any]],
    ) -> list[Event]:
        return self._services.transact(
            lambda unit: unit.decide(name := stream(unit), decide(unit, unit.filter_entry(name)))
        )
