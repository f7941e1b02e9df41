"""Reports that cannot be used yet: kept as events of their own, found again, never dropped."""

from base64 import b64decode, b64encode
from collections.abc import Iterable

from ..domain.identifiers import intake_stream
from ..domain.intake import decisions as intakes
from ..domain.intake.events import ReportQuarantined, ReportUnmatched
from ..domain.personal import ERASED
from ..domain.reports import REPORT, DeliveryReport, Quarantined, Reading, Source
from .claims import Claim
from .policies import Policies
from .ports import RawEvidence
from .unit_of_work import UnitOfWork

QUARANTINED = "quarantined"
"""The reference under which quarantined parts wait."""
UNREFERENCED = "unreferenced"
"""The reference under which reports wait that name no message."""


def keep_unmatched(unit: UnitOfWork, claim: Claim, tenant: str | None, policies: Policies) -> bool:
    """Keep a report that fits no message; it waits for ``register`` and ``mark_submitted``. False: known."""
    report = claim.report
    # Not the fact key alone: of two reports of one fact the one with the better evidence may be the second.
    said = f"{report.fact_key}\n{_evidence(report)}"
    # What one tenant was handed waits for that tenant's messages alone.
    report_id = unit.digests.report_id(said if tenant is None else f"{said}\n{tenant}")
    name = intake_stream(report.account, report_id)
    intake = unit.intake(name)
    if intake.unmatched is not None:
        return False
    own = claim.own_reference(unit.digests)
    address_key = claim.address_key
    if report.signed and report.recipient:  # whoever it is, an erasure has to find it
        address_key = unit.address_keys.of(report.recipient)
    kept = ReportUnmatched(
        occurred_at=report.ordered_at,
        data_subject=unit.transaction.issue_subject("intake"),
        report_id=report_id,
        provider=report.provider,
        account=report.account,
        source=report.source,
        reference=claim.keys[0] if claim.keys else None,
        own_reference=own,
        address_key=address_key or None,
        report=report.as_json(),
        tenant=tenant,
    )
    unit.decide(name, intakes.keep_unmatched(intake, kept))
    wait_for = {*claim.keys, *([own] if own else [])} or {UNREFERENCED}
    if address_key:
        wait_for.add(address_key)  # by which an erasure finds it
    unit.let_wait(name, wait_for)
    if policies.keep_raw_evidence:
        keep_evidence(unit, report, name, kept.data_subject, report_id)
    return True


def keep_evidence(
    unit: UnitOfWork, report: DeliveryReport, stream: str, subject: str, report_id: str
) -> None:
    """Keep what a report was read from, if it brings it along; news or not, its words may be other ones."""
    raw = report.raw
    if raw is not None:
        kept = RawEvidence(
            stream,
            subject,
            report_id,
            report.provider,
            report.account,
            report.source,
            report.received_at or unit.now,
            raw,
            unit.digests.evidence(raw),
        )
        unit.changes.evidence.append(kept)


def _evidence(report: DeliveryReport) -> str:
    parts = (
        report.reason,
        report.status,
        report.reply_code,
        report.diagnostic,
        report.attribution,
        report.list_reason,
        report.will_retry_until,
        report.by_machine,
        *filter(None, [report.signed]),
    )
    return "\n".join(map(str, parts))


def quarantine(unit: UnitOfWork, reading: Reading, part: Quarantined, tenant: str | None) -> bool:
    """Keep what could not be read. False: it is there already."""
    raw = b64encode(part.raw).decode()
    said = f"{reading.provider}\n{reading.account}\n{raw}"
    # What one tenant was handed is read again for that tenant alone, as in ``keep_unmatched``.
    report_id = unit.digests.report_id(said if tenant is None else f"{said}\n{tenant}")
    name = intake_stream(reading.account, report_id)
    intake = unit.intake(name)
    if intake.quarantined is not None:
        return False
    kept = ReportQuarantined(
        occurred_at=reading.received_at,
        data_subject=unit.transaction.issue_subject("intake"),
        report_id=report_id,
        provider=reading.provider,
        account=reading.account,
        source=reading.source,
        why=part.why,
        raw=raw,
        received_at=reading.received_at,
        authenticated=reading.source is Source.WEBHOOK,
        tenant=tenant,
    )
    unit.decide(name, intakes.quarantine(intake, kept))
    unit.changes.waiting.append((QUARANTINED, name))
    return True


def report_of(event: ReportUnmatched) -> DeliveryReport:
    """The report of an opened event."""
    return REPORT.validate_json(event.report)


def raw_of(event: ReportQuarantined) -> bytes:
    """The unread part of an opened event."""
    return b64decode(event.raw)


def waiting_claims(unit: UnitOfWork, streams: Iterable[str], tenant: str | None) -> list[tuple[str, Claim]]:
    """The waiting reports of intake streams, with their digests made anew and their evidence."""
    names = list(streams)
    if not names:
        return []
    raw = {kept.stream: kept.raw for kept in (*unit.transaction.evidence(names), *unit.changes.evidence)}
    claims = []
    for name in names:
        intake = unit.intake(name)
        if not intake.is_waiting or intake.unmatched is None:
            continue
        if intake.unmatched.tenant not in (None, tenant):
            continue
        events = unit.opened(name) or unit.stream(name).events  # kept by this very unit: not sealed yet
        opened = next(e for e in events if isinstance(e, ReportUnmatched))
        if opened.report == ERASED:  # settled after the log was copied that this one was restored from
            continue
        report = report_of(opened).with_raw(raw.get(name))
        claims.append((name, Claim.of(report, unit, tenant)))
    return claims


def note_matched(unit: UnitOfWork, name: str, message_id: str) -> None:
    """Take a report off the waiting list."""
    report_id = name.rpartition(":")[2]
    decided = intakes.match(unit.intake(name), report_id=report_id, message_id=message_id, at=unit.now)
    if unit.decide(name, decided):
        _stop_waiting(unit, name)


def discard(unit: UnitOfWork, name: str, *, by: str, why: str) -> None:
    """Give a report up, with a reason that names nobody; what is kept of it cannot be opened afterwards."""
    report_id = name.rpartition(":")[2]
    decided = intakes.discard(unit.intake(name), report_id=report_id, by=by, why=why, at=unit.now)
    if unit.decide(name, decided):
        _stop_waiting(unit, name)


def _stop_waiting(unit: UnitOfWork, name: str) -> None:
    unit.changes.no_longer_waiting.append(name)
    # Its content lives on with the message, under the candidate's key; a copy would outlive an erasure.
    unit.changes.settled.extend(unit.intake(name).data_subjects)
    unit.changes.evidence_removed.append(name)
