"""The export of one candidate's data (GDPR Art. 15): sections for people, and every event as recorded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from .export_page import export_page


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Recorded(_Part):
    """One event. ``details`` are all its fields but the two times, opened; times are UTC."""

    event_id: str
    event: str
    position: int
    occurred_at: datetime
    recorded_at: datetime
    details: Mapping[str, Any] = {}


class ExportedAddress(_Part):
    """An address of the candidate, and how the recipient filter stands to it now."""

    address: str
    previous: str | None = None
    grounds: str
    evidence: str | None = None
    by: str
    occurred_at: datetime
    event_id: str
    on_filter: tuple[str, ...] = ()
    on_filter_since: datetime | None = None
    on_filter_text: str | None = None


class CvFinding(_Part):
    """An address that stands in the candidate's documents; ``page`` counts from 1."""

    address: str
    document: str | None = None
    page: int | None = None
    occurred_at: datetime
    event_id: str


class ExportedMessage(_Part):
    """A message to the candidate; ``history`` is everything that became of it, oldest first."""

    id: str
    sender_id: str
    from_address: str | None = None
    recipient: str
    subject: str
    profile_url: str | None = None
    registered_at: datetime
    resend_of: str | None = None
    history: tuple[Recorded, ...] = ()


class ExportedFilterEntry(_Part):
    """What was recorded about one of the candidate's addresses on the recipient filter."""

    scope: str
    address_key: str
    address: str | None = None
    """Where it was suppressed since; the digest of the address is there in any case."""
    history: tuple[Recorded, ...] = ()


class ExportedIncident(_Part):
    """What a sender was told about the candidate's address."""

    id: str
    sender_id: str | None = None
    """None where it was opened before the candidate was erased and registered again."""
    history: tuple[Recorded, ...] = ()


class WaitingReport(_Part):
    """A report about one of the candidate's addresses that fits no message; ``report`` is what it says."""

    id: str
    provider: str
    account: str
    source: str
    occurred_at: datetime
    report: Mapping[str, Any]


class RawReport(_Part):
    """A report as it came in: ``text`` where the bytes are UTF-8, else ``base64``."""

    message_id: str | None = None
    """None of a report that fits no message."""
    report_id: str
    provider: str
    account: str
    source: str
    received_at: datetime
    text: str | None = None
    base64: str | None = None


class CandidateExport(_Part):
    """Everything that the ledger holds about one candidate, as of one position.

    ``erased_at`` and ``erased_by`` tell of the last erasure. Where the candidate was not registered again
    since, everything else is empty; ``notice`` says so, in the language that was asked for.
    """

    candidate_id: str
    tenant: str
    exported_at: datetime
    as_of_position: int
    is_empty: bool
    erased_at: datetime | None = None
    erased_by: str | None = None
    notice: str | None = None
    name: str | None = None
    address: str | None = None
    addresses: tuple[ExportedAddress, ...] = ()
    cv_findings: tuple[CvFinding, ...] = ()
    messages: tuple[ExportedMessage, ...] = ()
    recipient_filter: tuple[ExportedFilterEntry, ...] = ()
    incidents: tuple[ExportedIncident, ...] = ()
    unmatched_reports: tuple[WaitingReport, ...] = ()
    raw_reports: tuple[RawReport, ...] = ()
    events: tuple[Recorded, ...] = ()
    lang: str = "en"
    tz: str = "UTC"

    def html(self) -> str:
        """A page for people: it needs nothing from elsewhere, and runs nothing."""
        return export_page(self)
