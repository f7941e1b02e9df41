"""From what was gathered about a candidate to the sections of the export."""

import sqlite3
from base64 import b64encode
from collections.abc import Iterable
from typing import Any, cast

from pydantic_core import from_json

from ..advice.wording import full_datetime, text
from ..application.envelope import Envelope
from ..application.exporting import Gathered, Traces
from ..application.ports import RawEvidence
from ..application.standing import OK
from ..domain.candidate_email.events import CvEmailFound, EmailChanged, EmailRegistered, PersonalDataErased
from ..domain.identifiers import parse_stream
from ..domain.incident.events import IncidentOpened
from ..domain.intake.events import ReportUnmatched
from ..domain.message.events import MessageRegistered
from ..domain.suppression_filter.events import AddressSuppressed
from .candidate_export import (
    CandidateExport,
    CvFinding,
    ExportedAddress,
    ExportedFilterEntry,
    ExportedIncident,
    ExportedMessage,
    RawReport,
    Recorded,
    WaitingReport,
)
from .footprint import footprint

_POSITION = "SELECT max(position) FROM cursors"
_INCIDENTS = "SELECT stream FROM incidents WHERE tenant = ? AND candidate_id = ? ORDER BY opened_at"
_OF_MESSAGE = {"sender_id", "from_address", "recipient", "subject", "resend_of"}


def traces(connection: sqlite3.Connection, tenant: str, candidate_id: str) -> Traces:
    """Where the ledger has something about a candidate."""
    # The position first: what is taken up after it is left out of the export by its own position.
    position: int = connection.execute(_POSITION).fetchone()[0]
    found = footprint(connection, tenant, candidate_id, {candidate_id})
    incidents = connection.execute(_INCIDENTS, (tenant, candidate_id))
    return Traces(position, found, tuple(row[0] for row in incidents))


def candidate_export(gathered: Gathered, *, lang: str, tz: str) -> CandidateExport:
    """Put what was gathered into sections."""
    addresses = tuple(_addresses(gathered))
    names = [e.event.name for e in gathered.candidate if isinstance(e.event, EmailRegistered)]
    everything = (
        *gathered.candidate,
        *gathered.messages,
        *gathered.filter_entries,
        *gathered.incidents,
        *gathered.reports,
    )
    return CandidateExport(
        candidate_id=gathered.candidate_id,
        tenant=gathered.tenant,
        exported_at=gathered.at,
        as_of_position=gathered.position,
        is_empty=not everything,
        **_erasure(gathered.erasure, is_empty=not everything, lang=lang, tz=tz),
        name=names[-1] if names else None,
        address=addresses[-1].address if addresses else None,
        addresses=addresses,
        cv_findings=tuple(_cv_findings(gathered.candidate)),
        messages=tuple(_messages(gathered.messages)),
        recipient_filter=tuple(_filter_entries(gathered.filter_entries)),
        incidents=tuple(_incidents(gathered.incidents)),
        unmatched_reports=tuple(_waiting(gathered.reports)),
        raw_reports=tuple(map(_raw_report, gathered.evidence)),
        events=tuple(recorded(e) for e in sorted(everything, key=lambda e: e.position)),
        lang=lang,
        tz=tz,
    )


def recorded(envelope: Envelope) -> Recorded:
    """An event with every field that was recorded."""
    details = from_json(envelope.data)
    for field in ("occurred_at", "recorded_at"):
        details.pop(field)
    event = envelope.event
    return Recorded(
        event_id=envelope.event_id,
        event=type(event).__name__,
        position=envelope.position,
        occurred_at=event.occurred_at,
        recorded_at=envelope.recorded_at,
        details=details,
    )


def _erasure(envelope: Envelope | None, *, is_empty: bool, lang: str, tz: str) -> dict[str, Any]:
    if envelope is None or not isinstance(event := envelope.event, PersonalDataErased):
        return {}
    key = "export.erased" if is_empty else "export.erased_before"
    at = full_datetime(event.occurred_at, lang, tz)
    return {
        "erased_at": event.occurred_at,
        "erased_by": event.requested_by,
        "notice": text(key, lang, at=at, by=event.requested_by),
    }


def _addresses(gathered: Gathered) -> Iterable[ExportedAddress]:
    standings = dict(gathered.standings)
    for envelope in gathered.candidate:
        match event := envelope.event:
            case EmailRegistered():
                origin = {"grounds": event.source}
            case EmailChanged():
                origin = event.model_dump(include={"previous", "grounds", "evidence"})
            case _:
                continue
        standing = standings.get(event.address_key, OK)
        yield ExportedAddress(
            address=event.address,
            by=event.by,
            occurred_at=event.occurred_at,
            event_id=envelope.event_id,
            on_filter=standing.causes,
            on_filter_since=standing.since,
            on_filter_text=standing.sentence or None,
            **origin,
        )


def _cv_findings(envelopes: Iterable[Envelope]) -> Iterable[CvFinding]:
    for envelope in envelopes:
        if isinstance(event := envelope.event, CvEmailFound):
            yield CvFinding(
                address=event.address,
                document=event.document,
                page=event.page,
                occurred_at=event.occurred_at,
                event_id=envelope.event_id,
            )


def _by_stream(envelopes: Iterable[Envelope]) -> dict[str, list[Envelope]]:
    streams: dict[str, list[Envelope]] = {}
    for envelope in envelopes:
        streams.setdefault(envelope.stream, []).append(envelope)
    return streams


def _messages(envelopes: Iterable[Envelope]) -> Iterable[ExportedMessage]:
    for events in _by_stream(envelopes).values():
        first = cast("MessageRegistered", events[0].event)
        yield ExportedMessage(
            id=first.message_id,
            registered_at=first.occurred_at,
            profile_url=first.link,
            history=tuple(map(recorded, events)),
            **first.model_dump(include=_OF_MESSAGE),
        )


def _filter_entries(envelopes: Iterable[Envelope]) -> Iterable[ExportedFilterEntry]:
    for events in _by_stream(envelopes).values():
        addresses = [e.event.address for e in events if isinstance(e.event, AddressSuppressed)]
        yield ExportedFilterEntry(
            scope=events[0].name.owner,
            address_key=events[0].name.id,
            address=addresses[-1] if addresses else None,
            history=tuple(map(recorded, events)),
        )


def _incidents(envelopes: Iterable[Envelope]) -> Iterable[ExportedIncident]:
    for events in _by_stream(envelopes).values():
        opened = next((e.event for e in events if isinstance(e.event, IncidentOpened)), None)
        yield ExportedIncident(
            id=events[0].name.id,
            sender_id=opened.sender_id if opened else None,
            history=tuple(map(recorded, events)),
        )


def _waiting(envelopes: Iterable[Envelope]) -> Iterable[WaitingReport]:
    for envelope in envelopes:
        if isinstance(event := envelope.event, ReportUnmatched):
            yield WaitingReport(
                id=envelope.stream,
                occurred_at=event.occurred_at,
                report=from_json(event.report),
                **event.model_dump(include={"provider", "account", "source"}),
            )


def _raw_report(evidence: RawEvidence) -> RawReport:
    text_, encoded = None, None
    try:
        text_ = evidence.raw.decode()
    except UnicodeDecodeError:
        encoded = b64encode(evidence.raw).decode()
    name = parse_stream(evidence.stream)
    return RawReport(
        message_id=name.id if name.category == "message" else None,
        report_id=evidence.report_id,
        provider=evidence.provider,
        account=evidence.account,
        source=evidence.source,
        received_at=evidence.received_at,
        text=text_,
        base64=encoded,
    )
