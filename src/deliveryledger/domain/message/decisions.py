"""Decisions about a message: what a command or a report adds to what we know."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ...errors import AlreadyRegistered
from ..failure_reason import FailureReason, Severity
from ..reports import Attribution, DeliveryReport, Outcome, Source
from .aggregate import Message
from .events import (
    AutoReplyReceived,
    ComplaintReceived,
    ComplaintWithdrawn,
    LinkClicked,
    MessageBounced,
    MessageDeferred,
    MessageDelivered,
    MessageDropped,
    MessageEvent,
    MessageOpened,
    MessageRegistered,
    MessageRejected,
    MessageSubmitted,
    MessageWithheld,
    UnsubscribeRequested,
)
from .outcomes import Evidence, evidence_of, is_later_deferral, join, join_complaint, join_hard
from .words import FEEDBACK_TYPES, LIST_REASONS, one_of, status_code, word


def register(message: Message, registration: MessageRegistered) -> Iterator[MessageEvent]:
    """Take a message on, once. The same id for another candidate is refused with AlreadyRegistered."""
    if not message.is_registered:
        yield registration
    elif message.candidate_id != registration.candidate_id:
        raise AlreadyRegistered(
            f"register message {registration.message_id!r}",
            "this id belongs to a message to another candidate",
            "use a new message id",
        )


def withhold(
    message: Message, *, scope: str, causes: tuple[str, ...], suppressed_by: str | None, at: datetime
) -> Iterator[MessageEvent]:
    """Note that it must not be handed over. A message that the provider has taken cannot be held back."""
    if not message.withheld_by and not message.submissions:
        yield MessageWithheld(
            occurred_at=at,
            message_id=message.message_id,
            scope=scope,
            causes=causes,
            suppressed_by=suppressed_by,
        )


def submit(
    message: Message,
    *,
    provider: str,
    account: str,
    provider_message_id: str,
    reference: str,
    at: datetime,
    source: Source | None = None,
) -> Iterator[MessageEvent]:
    """Note that a provider took it: once per provider, account and id.

    ``source`` None: the ATS says so itself. That is news even where a report has said so before,
    because the time of the ATS's own word is the one that is shown, whatever came first.
    """
    for known in message.submissions:
        is_same = (known.provider, known.account, known.reference) == (provider, account, reference)
        if is_same and (source is not None or not known.as_reported):
            return
    yield MessageSubmitted(
        occurred_at=at,
        data_subject=message.data_subject,
        message_id=message.message_id,
        provider=provider,
        account=account,
        provider_message_id=provider_message_id,
        reference=reference,
        source=source,
    )


def record(
    message: Message, report: DeliveryReport, *, report_id: str = "", reference: str = ""
) -> Iterator[MessageEvent]:
    """Turn what somebody claims into what we know.

    A claim becomes a fact only if it adds something: a later time where the later wins, better evidence
    where the best is kept. That makes the same outcome by webhook, by mail and by poll one fact, and any
    order and repetition of reports the same state.
    """
    common = _common(message, report, report_id)
    match report.outcome:
        case Outcome.DELIVERED:
            return _delivered(message, report, common)
        case Outcome.BOUNCED:
            return _bounced(message, report, common)
        case Outcome.DEFERRED:
            return _deferred(message, report, common)
        case Outcome.REJECTED:
            return _rejected(message, report, common)
        case Outcome.SUPPRESSED:
            return _dropped(message, report, common)
        case Outcome.COMPLAINED:
            return _complained(message, report, common)
        case Outcome.COMPLAINT_WITHDRAWN:
            return _withdrawn(message, report, common)
        case Outcome.SUBMITTED:
            return _submitted(message, report, reference)
        case _:
            return _engagement(message, report, common)


def _withdrawn(message: Message, report: DeliveryReport, common: dict[str, Any]) -> Iterator[MessageEvent]:
    if message.withdrawn is None or message.withdrawn.at < common["occurred_at"]:
        yield ComplaintWithdrawn(how=word(report.method, "not_spam"), **common)


def _submitted(message: Message, report: DeliveryReport, reference: str) -> Iterator[MessageEvent]:
    if report.provider_message_id:
        yield from submit(
            message,
            provider=report.provider,
            account=report.account,
            provider_message_id=report.provider_message_id,
            reference=reference,
            at=report.ordered_at,
            source=report.source,
        )


def _common(message: Message, report: DeliveryReport, report_id: str) -> dict[str, Any]:
    at = report.ordered_at
    return {
        "occurred_at": at,
        "claimed_at": None if at is report.occurred_at else report.occurred_at,
        "message_id": message.message_id,
        "report_id": report_id,
        "provider": report.provider,
        "account": report.account,
        "source": report.source,
    }


def _delivered(message: Message, report: DeliveryReport, common: dict[str, Any]) -> Iterator[MessageEvent]:
    if message.delivered is None or message.delivered.at < common["occurred_at"]:
        yield MessageDelivered(data_subject=message.data_subject, remote_mta=report.remote_mta, **common)


def _bounced(message: Message, report: DeliveryReport, common: dict[str, Any]) -> Iterator[MessageEvent]:
    reason = report.reason or FailureReason.UNDETERMINED
    bounce = MessageBounced(
        data_subject=message.data_subject,
        severity=reason.severity,
        reason=reason,
        status=status_code(report.status),
        reply_code=report.reply_code,
        diagnostic=report.diagnostic,
        rule=report.rule,
        rules_version=report.rules_version,
        **common,
    )
    evidence = evidence_of(bounce)
    if reason.severity is Severity.HARD:
        if join_hard(message.hard, bounce.occurred_at, evidence, report.source) != message.hard:
            yield bounce
    elif join(message.soft, bounce.occurred_at, evidence, report.source) != message.soft:
        yield bounce


def _deferred(message: Message, report: DeliveryReport, common: dict[str, Any]) -> Iterator[MessageEvent]:
    deferral = MessageDeferred(
        data_subject=message.data_subject,
        reason=report.reason,
        status=status_code(report.status),
        diagnostic=report.diagnostic,
        will_retry_until=report.will_retry_until,
        **common,
    )
    if is_later_deferral(message, deferral):
        yield deferral


def _rejected(message: Message, report: DeliveryReport, common: dict[str, Any]) -> Iterator[MessageEvent]:
    rejection = MessageRejected(
        data_subject=message.data_subject,
        reason=report.reason or FailureReason.UNDETERMINED,
        diagnostic=report.diagnostic,
        **common,
    )
    evidence = evidence_of(rejection)
    if join(message.rejected, rejection.occurred_at, evidence, report.source) != message.rejected:
        yield rejection


def _dropped(message: Message, report: DeliveryReport, common: dict[str, Any]) -> Iterator[MessageEvent]:
    list_reason = one_of(LIST_REASONS, report.list_reason, "unknown")
    known = join(message.dropped, common["occurred_at"], Evidence(0, list_reason), report.source)
    if known != message.dropped:
        yield MessageDropped(list_reason=list_reason, **common)


def _complained(message: Message, report: DeliveryReport, common: dict[str, Any]) -> Iterator[MessageEvent]:
    complaint = ComplaintReceived(
        feedback_type=one_of(FEEDBACK_TYPES, report.feedback_type, "other"),
        # Some providers black out who complained; then it is the message that says who it must have been.
        attribution=report.attribution if report.recipient else Attribution.INFERRED,
        **common,
    )
    if join_complaint(message.complaint, complaint) != message.complaint:
        yield complaint


def _engagement(message: Message, report: DeliveryReport, common: dict[str, Any]) -> Iterator[MessageEvent]:
    if report.outcome is Outcome.UNSUBSCRIBED:
        if message.unsubscribed_at is not None and message.unsubscribed_at >= report.ordered_at:
            return
        yield UnsubscribeRequested(method=word(report.method, "unknown"), **common)
    elif report.outcome is Outcome.AUTO_REPLIED and not message.auto_replied:
        yield AutoReplyReceived(**common)
    elif report.outcome is Outcome.OPENED and report.by_machine not in message.opened:
        yield MessageOpened(by_machine=report.by_machine, **common)
    elif report.outcome is Outcome.CLICKED and report.by_machine not in message.clicked:
        yield LinkClicked(by_machine=report.by_machine, **common)
