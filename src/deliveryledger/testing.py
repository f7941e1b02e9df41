"""A test is a sentence about events: given what was recorded, when this is decided, then that is recorded.

The example facts are about one message to Ada Lovelace, whose address was mistyped.

>>> from deliveryledger.domain.message.decisions import record
>>> from deliveryledger.testing import BOUNCE_REPORT, BOUNCED, DELIVERED, MESSAGE, REGISTERED, given
>>> given(MESSAGE, REGISTERED, DELIVERED).when(record, BOUNCE_REPORT).then(BOUNCED)
>>> given(MESSAGE, REGISTERED, BOUNCED).when(record, BOUNCE_REPORT).then_nothing()

``then`` also proves that deciding again adds nothing. A refusal is an error that says what is missing:

>>> from deliveryledger.domain.suppression_filter.removal import approve
>>> from deliveryledger.errors import LiftRefused
>>> from deliveryledger.testing import COMPLAINT_SUPPRESSED, FILTER_ENTRY, LATER, REMOVAL_REQUESTED
>>> entry = given(FILTER_ENTRY, COMPLAINT_SUPPRESSED, REMOVAL_REQUESTED)
>>> approval = entry.when(approve, request_id=REMOVAL_REQUESTED.request_id, by="sup-2", at=LATER)
>>> approval.then_refused(LiftRefused, contains="consent").missing
('recipient_consent',)

It works for states of your own just as well: ``evolve`` is looked up in the module of the state's class.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from .domain.aggregate import Event, fold
from .domain.candidate_email.aggregate import CandidateEmail
from .domain.candidate_email.events import EmailChanged, EmailRegistered, Grounds
from .domain.failure_reason import FailureReason, Severity
from .domain.incident.aggregate import Incident
from .domain.incident.events import IncidentHandled, IncidentOpened, Trouble
from .domain.intake.aggregate import Intake
from .domain.intake.events import ReportQuarantined, ReportUnmatched
from .domain.message.aggregate import Message
from .domain.message.events import (
    AutoReplyReceived,
    ComplaintReceived,
    ComplaintWithdrawn,
    MessageBounced,
    MessageDeferred,
    MessageDelivered,
    MessageDropped,
    MessageRegistered,
    MessageRejected,
    MessageResent,
    MessageSubmitted,
    MessageWithheld,
    UnsubscribeRequested,
)
from .domain.reports import Attribution, DeliveryReport, Outcome, Source
from .domain.suppression_filter.aggregate import SuppressionFilter
from .domain.suppression_filter.events import (
    AddressSuppressed,
    Cause,
    ConsentKind,
    RecipientConsentRecorded,
    RemovalRequested,
    SuppressionLifted,
)

State = TypeVar("State")
Refusal = TypeVar("Refusal", bound=Exception)
Decision = Callable[..., Iterator[Any]]


class Given(Generic[State]):
    """A state after some events. Made by :func:`given`."""

    def __init__(self, state: State, evolve: Callable[[State, Any], State]) -> None:
        self.state = state
        """The state itself, for a sentence about what is known rather than what is decided."""
        self._evolve = evolve

    def when(self, decision: Decision, /, *args: Any, **kwargs: Any) -> "When[State]":
        """Decide; the state is passed first, then these arguments."""
        return When(self.state, self._evolve, lambda state: list(decision(state, *args, **kwargs)))


class When(Generic[State]):
    """A decision that is about to be taken. Made by :meth:`Given.when`."""

    def __init__(
        self,
        state: State,
        evolve: Callable[[State, Any], State],
        decide: Callable[[State], list[Any]],
    ) -> None:
        self._state = state
        self._evolve = evolve
        self._decide = decide

    def then(self, *expected: Event) -> None:
        """Exactly these events are decided, in this order; deciding again afterwards adds nothing."""
        __tracebackhide__ = True
        decided = self._decide(self._state)
        if decided != list(expected):
            raise AssertionError(_difference(expected, decided))
        again = self._decide(fold(self._evolve, self._state, decided))
        if again:
            raise AssertionError(f"deciding again adds:\n{_listed(again)}")

    def then_nothing(self) -> None:
        """Nothing is decided: there is nothing new."""
        __tracebackhide__ = True
        self.then()

    def then_refused(self, error: type[Refusal], *, contains: str = "") -> Refusal:
        """The decision raises ``error``, whose text contains this; returned, to look at what it carries."""
        __tracebackhide__ = True
        try:
            decided = self._decide(self._state)
        except error as refusal:
            if contains not in str(refusal):
                raise AssertionError(f"refused, but without {contains!r}:\n  {refusal}") from refusal
            return refusal
        raise AssertionError(f"not refused with {error.__name__}; decided:\n{_listed(decided)}")


def given(state: State, /, *events: Event) -> Given[State]:
    """Begin with an initial state (``MESSAGE``, ``FILTER_ENTRY`` …) and what was recorded since."""
    evolve: Callable[[State, Any], State] = sys.modules[type(state).__module__].evolve
    return Given(fold(evolve, state, events), evolve)


def _difference(expected: tuple[Event, ...], decided: list[Any]) -> str:
    lines = ["expected:", _listed(expected), "decided:", _listed(decided)]
    for place, (wanted, got) in enumerate(zip(expected, decided, strict=False), 1):
        if type(wanted) is type(got) and wanted != got:
            lines.append(f"event {place}, {type(wanted).__name__}, differs in:")
            lines += [
                f"  {name}: expected {getattr(wanted, name)!r}, decided {getattr(got, name)!r}"
                for name in type(wanted).model_fields
                if getattr(wanted, name) != getattr(got, name)
            ]
    return "\n".join(lines)


def _listed(events: Any) -> str:
    return "\n".join(f"  {event!r}" for event in events) or "  nothing"


# The moments of the example, in UTC, in their order. EARLIER lies before everything, LATER after it.
AT_REGISTRATION = datetime(2026, 11, 14, 8, 30, tzinfo=UTC)
AT_SUBMISSION = AT_REGISTRATION + timedelta(seconds=1)
AT_DELIVERY = AT_REGISTRATION + timedelta(seconds=5)
AT_BOUNCE = AT_REGISTRATION + timedelta(minutes=2)
AT_COMPLAINT = AT_REGISTRATION + timedelta(hours=3)
EARLIER = AT_REGISTRATION - timedelta(days=1)
LATER = AT_REGISTRATION + timedelta(days=1)

TENANT = "default"
CANDIDATE_ID = "cand-7"
SENDER_ID = "rec-3"
MESSAGE_ID = "msg-1"
NAME = "Ada Lovelace"
ADDRESS = "ada@gmial.com"
CORRECTED_ADDRESS = "ada@gmail.com"
ADDRESS_KEY = "1.0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"
CORRECTED_ADDRESS_KEY = "1.1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b"
DATA_SUBJECT = "5ubjec70fada"
REFERENCE = "2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c"
PROVIDER_MESSAGE_ID = "b7bc2f4a"
REPORT_ID = ""
"""``record`` is given the digest of a report by the application; without one it is empty."""

# Initial states: nothing was recorded yet.
CANDIDATE_EMAIL = CandidateEmail()
FILTER_ENTRY = SuppressionFilter()
INCIDENT = Incident()
INTAKE = Intake()
MESSAGE = Message()

EMAIL_REGISTERED = EmailRegistered(
    occurred_at=AT_REGISTRATION,
    data_subject=DATA_SUBJECT,
    candidate_id=CANDIDATE_ID,
    address=ADDRESS,
    address_key=ADDRESS_KEY,
    name=NAME,
    by=SENDER_ID,
)
EMAIL_CHANGED = EmailChanged(
    occurred_at=LATER,
    data_subject=DATA_SUBJECT,
    candidate_id=CANDIDATE_ID,
    previous=ADDRESS,
    previous_key=ADDRESS_KEY,
    address=CORRECTED_ADDRESS,
    address_key=CORRECTED_ADDRESS_KEY,
    grounds=Grounds.CV,
    by=SENDER_ID,
)
REGISTERED = MessageRegistered(
    occurred_at=AT_REGISTRATION,
    data_subject=DATA_SUBJECT,
    message_id=MESSAGE_ID,
    tenant=TENANT,
    candidate_id=CANDIDATE_ID,
    sender_id=SENDER_ID,
    recipient=ADDRESS,
    address_key=ADDRESS_KEY,
    subject="Interview",
)
WITHHELD = MessageWithheld(
    occurred_at=AT_REGISTRATION,
    message_id=MESSAGE_ID,
    scope=TENANT,
    causes=("hard_bounce",),
    suppressed_by=f"suppression_filter-{TENANT}:{ADDRESS_KEY}@1",
)
SUBMITTED = MessageSubmitted(
    occurred_at=AT_SUBMISSION,
    data_subject=DATA_SUBJECT,
    message_id=MESSAGE_ID,
    provider="postmark",
    account="main",
    provider_message_id=PROVIDER_MESSAGE_ID,
    reference=REFERENCE,
)
RESENT = MessageResent(occurred_at=LATER, message_id=MESSAGE_ID, as_message_id="msg-2", by=SENDER_ID)


def claim(outcome: Outcome, at: datetime = AT_BOUNCE, **fields: Any) -> DeliveryReport:
    """A report about the example's message, by Postmark's webhook unless the fields say otherwise."""
    about: dict[str, Any] = {
        "provider": "postmark",
        "received_at": at + timedelta(seconds=2),
        "recipient": ADDRESS,
        "provider_message_id": PROVIDER_MESSAGE_ID,
        "authenticated": True,
    }
    return DeliveryReport(outcome=outcome, occurred_at=at, **{**about, **fields})


def _reported(at: datetime) -> dict[str, Any]:
    return {
        "occurred_at": at,
        "message_id": MESSAGE_ID,
        "report_id": REPORT_ID,
        "provider": "postmark",
        "account": "main",
        "source": Source.WEBHOOK,
    }


# Claims, and below each the fact it becomes.
_UNKNOWN: dict[str, Any] = {
    "reason": FailureReason.MAILBOX_UNKNOWN,
    "status": "5.1.1",
    "reply_code": 550,
    "diagnostic": "550 5.1.1 no such user here",
    "rule": "status.5.1.1",
    "rules_version": "1",
}
_FULL: dict[str, Any] = {"reason": FailureReason.MAILBOX_FULL, "status": "4.2.2", "diagnostic": "over quota"}

DELIVERY_REPORT = claim(Outcome.DELIVERED, AT_DELIVERY, remote_mta="mx.gmial.com")
DELIVERED = MessageDelivered(data_subject=DATA_SUBJECT, remote_mta="mx.gmial.com", **_reported(AT_DELIVERY))
DEFERRAL_REPORT = claim(Outcome.DEFERRED, AT_DELIVERY, **_FULL, will_retry_until=LATER)
DEFERRED = MessageDeferred(
    data_subject=DATA_SUBJECT, will_retry_until=LATER, **_FULL, **_reported(AT_DELIVERY)
)
BOUNCE_REPORT = claim(Outcome.BOUNCED, AT_BOUNCE, **_UNKNOWN)
BOUNCED = MessageBounced(
    data_subject=DATA_SUBJECT, severity=Severity.HARD, **_UNKNOWN, **_reported(AT_BOUNCE)
)
SOFT_BOUNCE_REPORT = claim(Outcome.BOUNCED, AT_BOUNCE, **_FULL)
SOFT_BOUNCED = MessageBounced(
    data_subject=DATA_SUBJECT, severity=Severity.SOFT, **_FULL, **_reported(AT_BOUNCE)
)
REJECTION_REPORT = claim(Outcome.REJECTED, AT_BOUNCE, reason=FailureReason.CONTENT_REJECTED)
REJECTED = MessageRejected(
    data_subject=DATA_SUBJECT, reason=FailureReason.CONTENT_REJECTED, **_reported(AT_BOUNCE)
)
DROP_REPORT = claim(Outcome.SUPPRESSED, AT_BOUNCE, list_reason="hard_bounce")
DROPPED = MessageDropped(list_reason="hard_bounce", **_reported(AT_BOUNCE))
COMPLAINT_REPORT = claim(Outcome.COMPLAINED, AT_COMPLAINT, feedback_type="abuse")
COMPLAINT = ComplaintReceived(
    feedback_type="abuse", attribution=Attribution.REPORTED, **_reported(AT_COMPLAINT)
)
WITHDRAWAL_REPORT = claim(Outcome.COMPLAINT_WITHDRAWN, LATER, method="not_spam")
WITHDRAWN = ComplaintWithdrawn(how="not_spam", **_reported(LATER))
UNSUBSCRIPTION_REPORT = claim(Outcome.UNSUBSCRIBED, AT_COMPLAINT, method="link")
UNSUBSCRIBED = UnsubscribeRequested(method="link", **_reported(AT_COMPLAINT))
AUTO_REPLY_REPORT = claim(Outcome.AUTO_REPLIED, AT_BOUNCE)
AUTO_REPLIED = AutoReplyReceived(**_reported(AT_BOUNCE))

# The recipient filter.
SUPPRESSED = AddressSuppressed(
    occurred_at=AT_BOUNCE,
    data_subject=DATA_SUBJECT,
    scope=TENANT,
    address_key=ADDRESS_KEY,
    address=ADDRESS,
    cause=Cause.HARD_BOUNCE,
    reason=FailureReason.MAILBOX_UNKNOWN,
    message_id=MESSAGE_ID,
)
COMPLAINT_SUPPRESSED = SUPPRESSED.model_copy(
    update={"occurred_at": AT_COMPLAINT, "cause": Cause.COMPLAINT, "reason": None}
)
REMOVAL_REQUESTED = RemovalRequested(
    occurred_at=LATER,
    data_subject=DATA_SUBJECT,
    scope=TENANT,
    address_key=ADDRESS_KEY,
    request_id=f"{ADDRESS_KEY}.1",
    by="sup-1",
    evidence="spelling checked on the phone",
)
CONSENTED = RecipientConsentRecorded(
    occurred_at=LATER,
    data_subject=DATA_SUBJECT,
    scope=TENANT,
    address_key=ADDRESS_KEY,
    kind=ConsentKind.RECIPIENT,
    evidence="mail of 14 November",
    by="sup-1",
)
LIFTED = SuppressionLifted(
    occurred_at=LATER,
    scope=TENANT,
    address_key=ADDRESS_KEY,
    by="sup-1",
    approved_by="sup-2",
    causes=(Cause.HARD_BOUNCE,),
    request_id=REMOVAL_REQUESTED.request_id,
)

# What the sender is told, and what could not be used yet.
INCIDENT_OPENED = IncidentOpened(
    occurred_at=AT_BOUNCE,
    incident_id="3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d",
    sender_id=SENDER_ID,
    candidate_id=CANDIDATE_ID,
    address_key=ADDRESS_KEY,
    message_id=MESSAGE_ID,
    trouble=Trouble.HARD_BOUNCE,
    reason=FailureReason.MAILBOX_UNKNOWN,
)
INCIDENT_HANDLED = IncidentHandled(
    occurred_at=LATER, incident_id=INCIDENT_OPENED.incident_id, by=SENDER_ID, how="corrected"
)
UNMATCHED = ReportUnmatched(
    occurred_at=AT_BOUNCE,
    data_subject=DATA_SUBJECT,
    report_id="4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e",
    provider="postmark",
    account="main",
    source=Source.WEBHOOK,
    reference=REFERENCE,
    address_key=ADDRESS_KEY,
    report=BOUNCE_REPORT.as_json(),
)
QUARANTINED = ReportQuarantined(
    occurred_at=AT_BOUNCE,
    data_subject=DATA_SUBJECT,
    report_id="5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f",
    provider="postmark",
    account="main",
    source=Source.WEBHOOK,
    why="the field RecordType is not what is expected",
    raw="e30=",
    received_at=AT_BOUNCE,
    authenticated=True,
)
