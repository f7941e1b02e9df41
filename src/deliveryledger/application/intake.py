"""``ledger.intake``: what could not be used yet; list it, try again, or discard it with a reason."""

from dataclasses import dataclass
from datetime import datetime

from ..domain.identifiers import check_id, parse_stream
from ..domain.intake.aggregate import Intake as IntakeState
from ..domain.intake.aggregate import evolve
from ..domain.intake.events import ReportQuarantined, ReportUnmatched
from ..domain.personal import ERASED
from ..domain.reports import DeliveryReport
from ..errors import CommandRefused, KeyStoreError, StorageError
from .claims import Claim, claims_of
from .matching import match
from .ports import ReportReader
from .quarantine import discard, note_matched, raw_of, report_of
from .recording import Recording, apply
from .rereading import read_evidence, with_proof_of
from .services import Services
from .unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Unmatched:
    """A report that fits no message of ours."""

    id: str
    provider: str
    account: str
    outcome: str
    occurred_at: datetime
    recipient: str | None


@dataclass(frozen=True)
class QuarantinedReport:
    """A part of a request that could not be read, with the raw bytes to read it again."""

    id: str
    provider: str
    account: str
    why: str
    received_at: datetime
    raw: bytes


class Intake:
    """Unmatched and quarantined reports, oldest first."""

    def __init__(self, services: Services, reader: ReportReader) -> None:
        self._services = services
        self._reader = reader

    def unmatched(self, *, tenant: str | None = None) -> tuple[Unmatched, ...]:
        """Reports that fit no message: of the whole ledger, or those that were handed in for one tenant."""
        listed = []
        for name, state in self._waiting(tenant):
            if isinstance(event := state.unmatched, ReportUnmatched):
                report = report_of(event)
                listed.append(
                    Unmatched(
                        name,
                        event.provider,
                        event.account,
                        report.outcome,
                        event.occurred_at,
                        report.recipient,
                    )
                )
        return tuple(listed)

    def quarantined(self, *, tenant: str | None = None) -> tuple[QuarantinedReport, ...]:
        """Parts of requests and mails that could not be read; ``tenant`` as for ``unmatched``."""
        listed = []
        for name, state in self._waiting(tenant):
            if isinstance(event := state.quarantined, ReportQuarantined):
                listed.append(
                    QuarantinedReport(
                        name, event.provider, event.account, event.why, event.received_at, raw_of(event)
                    )
                )
        return tuple(listed)

    def retry(self, *, tenant: str | None = None) -> Recording:
        """Try everything again: match by what is known now, read by the present rules.

        What was handed in for one tenant concerns only that tenant's messages, whoever tries. What cannot be
        decided about goes on waiting, and is counted so. Raises StorageError and KeyStoreError.
        """
        return sum((self._try(name, state) for name, state in self._waiting(tenant)), Recording())

    def _try(self, name: str, state: IntakeState) -> Recording:
        tenant = _handed_in_for(state)
        try:
            if state.unmatched is not None:
                return self._match_again(name, self._present(name, state.unmatched), tenant)
            if state.quarantined is not None:
                return self._read_again(name, state.quarantined, tenant)
        except (StorageError, KeyStoreError):
            raise
        except Exception:  # one that nobody thought of must not hold up the others
            return Recording(unmatched=1) if state.unmatched is not None else Recording(quarantined=1)
        return Recording()

    def _present(self, name: str, event: ReportUnmatched) -> DeliveryReport:
        """A waiting report as the present rules read its evidence, or as it was read then."""
        for evidence in self._services.log.evidence(streams=(name,)):
            if report := read_evidence(self._reader, evidence):
                return with_proof_of(report_of(event), report)
        return report_of(event)

    def _match_again(self, name: str, report: DeliveryReport, tenant: str | None) -> Recording:
        def work(unit: UnitOfWork) -> Recording:
            recording = Recording()
            claim = Claim.of(report, unit, tenant)
            stream = match(unit, [claim], tenant)[0]
            if not unit.intake(name).is_waiting:
                return recording
            if stream is None:
                return Recording(unmatched=1)
            apply(unit, [claim], self._services.policies, recording, tenant=tenant)
            note_matched(unit, name, unit.message(stream).message_id)
            return recording

        return self._services.transact(work)

    def _read_again(self, name: str, event: ReportQuarantined, tenant: str | None) -> Recording:
        reading = self._reader(
            provider=event.provider,
            account=event.account,
            source=event.source,
            raw=raw_of(event),
            received_at=event.received_at,
        )
        if reading.quarantined:
            return Recording(quarantined=1)

        def work(unit: UnitOfWork) -> Recording:
            recording = Recording()
            if not unit.intake(name).is_waiting:
                return recording
            claims = claims_of(unit, reading.reports, tenant)
            matched = apply(unit, claims, self._services.policies, recording, tenant=tenant)
            stream = next((s for s in matched if s), None)
            if stream is not None:
                note_matched(unit, name, unit.message(stream).message_id)
            else:
                discard(unit, name, by="deliveryledger", why="read again; it fits no message yet")
            return recording

        return self._services.transact(work)

    def discard(self, id_: str, *, by: str, why: str, tenant: str | None = None) -> None:
        """Give a report up, with a reason that names nobody. Raises CommandRefused if it does not wait."""
        check_id(by, "actor id")
        owner = self._services.restricted_to(tenant)

        def work(unit: UnitOfWork) -> None:
            state = unit.intake(id_) if parse_stream(id_).category == "intake" else IntakeState()
            if not state.is_waiting or owner not in (None, _handed_in_for(state)):
                raise CommandRefused(
                    "discard a report", "no such report is waiting", "list them with ledger.intake"
                )
            discard(unit, id_, by=by, why=why)

        self._services.transact(work)

    def _waiting(self, tenant: str | None) -> list[tuple[str, IntakeState]]:
        owner = self._services.restricted_to(tenant)
        log = self._services.log
        names = log.waiting_streams()
        loaded = log.load(names, opened=True)
        waiting = []
        for name in names:
            state = IntakeState()
            for event in loaded.get(name, []):
                state = evolve(state, event)  # type: ignore[arg-type]  # one stream, one aggregate
            if state.is_waiting and owner in (None, _handed_in_for(state)) and not _is_erased(state):
                waiting.append((name, state))
        return waiting


def _is_erased(state: IntakeState) -> bool:
    """Whether it was settled, and its key destroyed, after it was listed."""
    kept = (getattr(state.unmatched, "report", ""), getattr(state.quarantined, "raw", ""))
    return ERASED in kept


def _handed_in_for(state: IntakeState) -> str | None:
    """The tenant that handed a report in; None: nobody said."""
    return getattr(state.unmatched or state.quarantined, "tenant", None)
