"""Facts about Ada, as a store sees them: events, and where they go."""

from datetime import UTC, datetime

from deliveryledger.application.ports import Changes, Correlation, LogTransaction, NewEvent
from deliveryledger.domain.aggregate import Event
from deliveryledger.domain.candidate_email.events import EmailConfirmed, EmailRegistered
from deliveryledger.domain.failure_reason import FailureReason, Severity
from deliveryledger.domain.identifiers import candidate_email_stream, intake_stream, message_stream
from deliveryledger.domain.intake.events import ReportUnmatched
from deliveryledger.domain.message.events import MessageBounced, MessageRegistered
from deliveryledger.domain.reports import Source

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ADDRESS, NAME, SUBJECT_LINE = "ada@gmial.com", "Ada Lovelace", "Interview on Tuesday"
DIAGNOSTIC = "550 5.1.1 no such user here"
ADA = candidate_email_stream("default", "cand-7")
MESSAGE = message_stream("default", "0190-msg-1")
REPORT = intake_stream("main", "report-1")


def ada_registered(subject: str, candidate_id: str = "cand-7") -> EmailRegistered:
    """Ada's address, sealed under the subject's key."""
    return EmailRegistered(
        occurred_at=MONDAY,
        data_subject=subject,
        candidate_id=candidate_id,
        address=ADDRESS,
        address_key="1.key",
        name=NAME,
        by="rec-3",
    )


def confirmed(by: str = "rec-3") -> EmailConfirmed:
    """An event without anything personal."""
    return EmailConfirmed(occurred_at=MONDAY, candidate_id="cand-7", address_key="1.key", by=by)


def message_registered(subject: str) -> MessageRegistered:
    """A message to Ada."""
    return MessageRegistered(
        occurred_at=MONDAY,
        data_subject=subject,
        message_id="0190-msg-1",
        tenant="default",
        candidate_id="cand-7",
        sender_id="rec-3",
        recipient=ADDRESS,
        address_key="1.key",
        subject=SUBJECT_LINE,
    )


def bounced(subject: str) -> MessageBounced:
    """It came back."""
    return MessageBounced(
        occurred_at=MONDAY,
        data_subject=subject,
        message_id="0190-msg-1",
        report_id="report-1",
        provider="postmark",
        account="main",
        source=Source.WEBHOOK,
        severity=Severity.HARD,
        reason=FailureReason.MAILBOX_UNKNOWN,
        status="5.1.1",
        diagnostic=DIAGNOSTIC,
    )


def unmatched(subject: str, report_id: str = "report-1") -> ReportUnmatched:
    """A report that fits no message."""
    return ReportUnmatched(
        occurred_at=MONDAY,
        data_subject=subject,
        report_id=report_id,
        provider="postmark",
        account="main",
        source=Source.WEBHOOK,
        reference="reference-1",
        report="{}",
    )


def correlation(
    key: str = "key-1", stream: str = MESSAGE, reference: str = "reference-1", **known: str
) -> Correlation:
    """A submission by which reports find a message."""
    return Correlation(
        key=key,
        stream=stream,
        reference=reference,
        address_key="1.key",
        provider="postmark",
        account="main",
        submitted_at=MONDAY.isoformat(),
        **known,
    )


def at(stream: str, *events: Event, after: int = 0) -> list[NewEvent]:
    """Events at the versions that follow ``after``."""
    return [NewEvent(stream, version, event) for version, event in enumerate(events, after + 1)]


def confirmations(stream: str, count: int, after: int = 0) -> Changes:
    """So many events of one stream."""
    return Changes(events=at(stream, *(confirmed(f"rec-{n}") for n in range(count)), after=after))


def append_ada(transaction: LogTransaction, stream: str = ADA, candidate_id: str = "cand-7") -> str:
    """Register Ada; returns her data subject."""
    subject = transaction.issue_subject("candidate")
    transaction.append(Changes(events=at(stream, ada_registered(subject, candidate_id))))
    return subject
