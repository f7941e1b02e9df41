"""Reports become facts: a reading of any size is one unit of work.

1. find the messages of all reports, load their streams with one query, decide report by report
2. load the filter entries and incidents that are concerned with one query, decide
3. keep what fits no message, or could not be read, as events of their own
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..domain.identifiers import check_tenant
from ..domain.message import decisions as messages
from ..domain.message.aggregate import Message
from ..domain.message_reference import MessageReference
from ..domain.notification_ids import is_notification
from ..domain.reports import DeliveryReport, Outcome, Reading, Source
from .claims import Claim, claims_of
from .correlation import correlate, signed_reference
from .deliveries import is_new_delivery, request_key, was_seen
from .matching import is_sent_by, match, match_among, may_speak
from .policies import Consequences, Policies
from .quarantine import keep_evidence, keep_unmatched, note_matched, quarantine, waiting_claims
from .unit_of_work import UnitOfWork
from .unmatched import suppress_unmatched

_ENGAGEMENT = (Outcome.OPENED, Outcome.CLICKED)


@dataclass
class Recording:
    """What became of a reading, in numbers of reports."""

    facts: int = 0
    """Reports that told us something."""
    repeats: int = 0
    """Reports, and parts that could not be read, that we knew already."""
    unmatched: int = 0
    """Reports that fit no message of ours; kept, see ``ledger.intake``."""
    quarantined: int = 0
    """Parts that could not be read; kept, see ``ledger.intake``."""
    ignored: int = 0
    """Reports of no interest: opens and clicks unless opted in, unknown kinds."""

    def __add__(self, other: "Recording") -> "Recording":
        return Recording(
            self.facts + other.facts,
            self.repeats + other.repeats,
            self.unmatched + other.unmatched,
            self.quarantined + other.quarantined,
            self.ignored + other.ignored,
        )


def record(
    unit: UnitOfWork,
    reading: Reading,
    policies: Policies,
    *,
    tenant: str | None = None,
    delivery_key: str | None = None,
) -> Recording:
    """Record all of a reading. Raises ReplayRefused if a replay key comes back with other content.

    ``tenant``: only messages of this tenant; None: a report takes its message's tenant. ``delivery_key``
    names the delivery (a file, a queue's message). The second time a delivery, or the same webhook request,
    is a repeat as a whole.
    """
    check_tenant(reading.account)
    request = _request_of(unit, reading, tenant)
    if _is_repeat(unit, reading, delivery_key) or (request is not None and was_seen(unit, request)):
        repeats = len(reading.reports) + len(reading.quarantined)
        unit.repeats[reading.provider] += repeats
        return Recording(repeats=repeats)
    before = len(unit.changes.events)
    recording = record_reading(unit, reading, policies, tenant=tenant)
    # What left nothing will leave nothing again. What was not read may be read by a later version.
    if request is not None and len(unit.changes.events) > before and not reading.quarantined:
        is_new_delivery(unit, request)
    return recording


def record_reading(
    unit: UnitOfWork, reading: Reading, policies: Policies, *, tenant: str | None = None
) -> Recording:
    """As :func:`record`, of a delivery that is known to be new."""
    recording = Recording()
    claims = claims_of(unit, reading.reports, tenant)
    apply(unit, claims, policies, recording, tenant=tenant)
    for part in reading.quarantined:
        if quarantine(unit, reading, part, tenant):
            recording.quarantined += 1
        else:
            recording.repeats += 1
    unit.repeats[reading.provider] += recording.repeats
    return recording


def apply(
    unit: UnitOfWork,
    claims: list[Claim],
    policies: Policies,
    recording: Recording,
    *,
    tenant: str | None = None,
) -> list[str | None]:
    """Decide about each claim, then about what follows; returns the streams of the messages."""
    claims_of_interest = []
    for claim in claims:
        if _is_ignored(claim.report, policies):
            recording.ignored += 1
        else:
            claims_of_interest.append(claim)
    matched = match(unit, claims_of_interest, tenant)
    consequences = Consequences(policies)
    for claim, stream in zip(claims_of_interest, matched, strict=True):
        if stream is not None:
            decide(unit, claim, stream, consequences, recording)
    # A report of a submission may have told which message the others are about.
    submissions = list(unit.changes.correlations)
    for index, claim in enumerate(claims_of_interest):
        if matched[index] is None:
            matched[index] = stream = match_among(unit, claim, submissions, tenant)
            if stream is not None:
                decide(unit, claim, stream, consequences, recording)
            elif keep_unmatched(unit, claim, tenant, policies):
                recording.unmatched += 1
                suppress_unmatched(unit, claim, tenant, policies)
            else:
                recording.repeats += 1
    consequences.apply(unit)
    for row in submissions:
        apply_waiting(unit, policies, row.stream, [row.key, row.reference])
    return matched


def apply_waiting(unit: UnitOfWork, policies: Policies, stream: str, keys: Sequence[str] = ()) -> Recording:
    """Apply the reports that overtook what has just become known of a message, in the same transaction.

    They wait under its own reference, and under those that a submission adds.
    """
    recording = Recording()
    message = unit.message(stream)
    references = [unit.digests.own_reference(message.tenant, message.message_id), *keys]
    if signed := signed_reference(unit, message):
        references.append(signed)
    consequences = Consequences(policies)
    for name, claim in waiting_claims(unit, unit.waiting(references), message.tenant):
        if claim.may_be_to(message.address_key) and _is_about(claim, message, stream, keys):
            decide(unit, claim, stream, consequences, recording)
            note_matched(unit, name, message.message_id)
    consequences.apply(unit)
    return recording


def _is_about(claim: Claim, message: Message, stream: str, keys: Sequence[str]) -> bool:
    if signed := claim.report.signed:
        return signed == MessageReference.of(message.message_id, message.tenant).digest
    if claim.own_stream == stream:
        return may_speak(message, claim)
    if not claim.address_key:
        return False  # a second message with this id may come yet; ``intake.retry`` decides later
    if claim.is_mail:  # earlier versions let it wait for our own id alone
        return not set(keys).isdisjoint(claim.keys)
    return is_sent_by(message, claim.report)


def decide(
    unit: UnitOfWork, claim: Claim, stream: str, consequences: Consequences, recording: Recording
) -> None:
    """What a claim adds to its message."""
    report, message = claim.report, unit.message(stream)
    report_id = unit.digests.report_id(report.fact_key)
    submitted_as = report.provider_message_id if report.outcome is Outcome.SUBMITTED else None
    reference = unit.digests.reference(submitted_as) if submitted_as else ""
    before = _source_of(message, report)
    decided = unit.decide(stream, messages.record(message, report, report_id=report_id, reference=reference))
    if decided and submitted_as:
        correlate(unit, stream, submitted_as)
    if consequences.policies.keep_raw_evidence:
        keep_evidence(unit, report, stream, message.data_subject, report_id)
    # The same outcome by another way is the same fact, even where its later time has to be kept.
    if decided and (before is None or before is report.source):
        recording.facts += 1
    else:
        recording.repeats += 1
    if decided:
        # Who was not compared with the message's recipient may be a stranger.
        consequences.add(unit, stream, message, decided, report.recipient if claim.address_key else None)


def _request_of(unit: UnitOfWork, reading: Reading, tenant: str | None) -> str | None:
    """The key by which a webhook request is known again; None where a replay key does it, or nothing can."""
    if reading.source is not Source.WEBHOOK or reading.content is None or reading.replay_key is not None:
        return None
    # A caller may divide a reading: another part of the same request is no repeat.
    ends = [
        (report.outcome, report.provider_message_id, report.recipient, report.provider_event_id)
        for report in (*reading.reports[:1], *reading.reports[-1:])
    ]
    return request_key(
        unit.digests,
        provider=reading.provider,
        account=reading.account,
        content=f"{reading.content} {len(reading.reports)} {ends}",
        tenant=tenant,
    )


def _is_repeat(unit: UnitOfWork, reading: Reading, delivery_key: str | None) -> bool:
    """Whether one of the keys that the reading came with was seen before; all of them are remembered."""
    keys = {reading.replay_key: False, delivery_key: True}
    content = reading.content or ""
    is_new = [is_new_delivery(unit, key, content, for_ever=named) for key, named in keys.items() if key]
    return not all(is_new)


def _is_ignored(report: DeliveryReport, policies: Policies) -> bool:
    if is_notification(report.provider_message_id):
        return True  # our own mail to a sender came back: nobody is told, and no candidate is concerned
    if report.outcome in _ENGAGEMENT:
        return not policies.record_engagement
    return report.outcome is Outcome.OTHER


def _source_of(message: Message, report: DeliveryReport) -> Source | None:
    """Which way the same outcome of this message came in first."""
    match report.outcome:
        case Outcome.DELIVERED:
            known = message.delivered
        case Outcome.BOUNCED:
            known = message.hard if report.severity == "hard" else message.soft
        case Outcome.REJECTED:
            known = message.rejected
        case Outcome.SUPPRESSED:
            known = message.dropped
        case Outcome.COMPLAINED:
            known = message.complaint
        case Outcome.COMPLAINT_WITHDRAWN:
            known = message.withdrawn
        case _:
            known = None
    return known.source if known else None
