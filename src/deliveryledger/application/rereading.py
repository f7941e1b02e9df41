"""Reading raw evidence again, by the present rules."""

from ..domain.reports import DeliveryReport
from ..errors import UnknownProvider
from .ports import RawEvidence, ReportReader


def read_evidence(reader: ReportReader, evidence: RawEvidence) -> DeliveryReport | None:
    """What a piece of evidence says by the present rules; None where it no longer says just one thing."""
    try:
        reading = reader(
            provider=evidence.provider,
            account=evidence.account,
            source=evidence.source,
            raw=evidence.raw,
            received_at=evidence.received_at,
        )
    except UnknownProvider:
        return None
    return reading.reports[0] if len(reading.reports) == 1 and not reading.quarantined else None


def with_proof_of(earlier: DeliveryReport, report: DeliveryReport) -> DeliveryReport:
    """A report that was read again, with what was proved of it when it was read first.

    The evidence of one of several recipients no longer has the signature that came with the mail.
    """
    if earlier.signed is None:
        return report
    return report._replace(
        message_id=earlier.message_id,
        tenant=earlier.tenant,
        signed=earlier.signed,
        attribution=earlier.attribution,
        addressed=earlier.addressed,
    )
