"""A reclassification sets the failures anew: only where a reason changes, and once."""

from typing import Any

import pytest

from deliveryledger.domain.aggregate import fold
from deliveryledger.domain.failure_reason import FailureReason, Severity
from deliveryledger.domain.message.aggregate import Message, evolve
from deliveryledger.domain.message.decisions import record
from deliveryledger.domain.message.events import BouncesReclassified, Finding, MessageBounced
from deliveryledger.domain.message.reclassification import Taken, failure_in, reclassify, taken_for
from deliveryledger.domain.reports import Source
from deliveryledger.testing import (
    AT_BOUNCE,
    BOUNCE_REPORT,
    BOUNCED,
    DEFERRAL_REPORT,
    DELIVERED,
    DELIVERY_REPORT,
    LATER,
    MESSAGE,
    MESSAGE_ID,
    REGISTERED,
    REJECTION_REPORT,
    SOFT_BOUNCE_REPORT,
    SOFT_BOUNCED,
    given,
)

DECISION = {"by": "op-1", "rules_version": "2", "at": LATER}
HARD = BOUNCED.model_copy(update={"report_id": "r-1", "rule": "old", "rules_version": "1"})
SOFT = SOFT_BOUNCED.model_copy(update={"report_id": "r-1"})
RECLASSIFIED = BouncesReclassified(
    occurred_at=LATER,
    message_id=MESSAGE_ID,
    report_ids=("r-1",),
    by="op-1",
    severity=Severity.SOFT,
    reason=FailureReason.MAILBOX_FULL,
    rules_version="2",
    previous_severity=Severity.HARD,
    previous_reason=FailureReason.MAILBOX_UNKNOWN,
    previous_rule="old",
    previous_rules_version="1",
    soft=Finding(
        at=AT_BOUNCE,
        reason=FailureReason.MAILBOX_FULL,
        status="4.2.2",
        quality=7,
        moment=AT_BOUNCE,
        source=Source.WEBHOOK,
    ),
)


def after(*events: Any) -> Message:
    return fold(evolve, MESSAGE, events)


def test_a_hard_bounce_becomes_a_soft_one():
    given(MESSAGE, REGISTERED, HARD).when(reclassify, [REGISTERED, HARD], [SOFT], **DECISION).then(
        RECLASSIFIED
    )
    message = after(REGISTERED, HARD, RECLASSIFIED)
    assert (message.hard, message.soft) == (None, after(SOFT).soft)


def test_the_same_reason_is_nothing_new():
    given(MESSAGE, REGISTERED, HARD).when(reclassify, [HARD], [HARD], **DECISION).then_nothing()


def test_once_is_enough():
    history = [REGISTERED, HARD, RECLASSIFIED]
    given(MESSAGE, *history).when(reclassify, history, [SOFT], **DECISION).then_nothing()


def test_and_back_again():
    history = [REGISTERED, HARD, RECLASSIFIED]
    (event,) = reclassify(after(*history), history, [HARD], **DECISION)
    assert (event.severity, event.reason, event.rule) == ("hard", "mailbox_unknown", "old")
    assert (event.previous_reason, event.previous_rules_version) == ("mailbox_full", "2")
    assert after(*history, event) == after(REGISTERED, HARD)


def test_what_was_recorded_without_evidence_counts_as_it_was_recorded():
    other = HARD.model_copy(update={"report_id": "r-2"})
    history = [REGISTERED, other, HARD]
    (event,) = reclassify(after(*history), history, [SOFT], **DECISION)
    assert (event.hard is not None, event.soft is not None) == (True, True)


def test_without_the_evidence_of_before_nothing_is_judged():
    history = [REGISTERED, HARD, RECLASSIFIED]
    another = HARD.model_copy(update={"report_id": "r-2"})
    given(MESSAGE, *history).when(reclassify, history, [another], **DECISION).then_nothing()


def test_a_delivery_stays_as_it_is():
    assert after(DELIVERED, HARD, RECLASSIFIED).delivered == after(DELIVERED).delivered


def test_later_reports_join_what_was_set():
    message = after(REGISTERED, HARD, RECLASSIFIED)
    again = SOFT_BOUNCE_REPORT
    given(message).when(record, again, report_id="r-1").then_nothing()
    later = again._replace(occurred_at=LATER, received_at=LATER)
    assert [type(e) for e in record(message, later)] == [MessageBounced]
    assert [e.severity for e in record(message, BOUNCE_REPORT)] == ["hard"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("report", "kind", "severity"),
    [
        (BOUNCE_REPORT, "hard", "hard"),
        (SOFT_BOUNCE_REPORT, "soft", "soft"),
        (REJECTION_REPORT, "rejected", None),
        (DEFERRAL_REPORT, "deferred", None),
    ],
)
def test_the_worst_failure_speaks(report: Any, kind: str, severity: str | None):
    failure = failure_in(after(REGISTERED), report, "r-1")
    assert failure is not None
    assert failure.report_id == "r-1"
    taken = taken_for(after(failure), [failure])
    assert isinstance(taken, Taken)
    assert (taken.kind, taken.severity, taken.reason) == (kind, severity, report.reason)


def test_a_delivery_is_no_failure():
    assert failure_in(after(REGISTERED), DELIVERY_REPORT, "r-1") is None
    assert taken_for(after(REGISTERED, DELIVERED), [DELIVERED]) is None


def test_until_when_it_is_tried_is_set_too():
    deferred = failure_in(after(REGISTERED), DEFERRAL_REPORT, "r-1")
    assert deferred is not None
    vague = deferred.model_copy(update={"reason": FailureReason.UNDETERMINED})
    (event,) = reclassify(after(REGISTERED, vague), [vague], [deferred], **DECISION)
    known = after(REGISTERED, vague, event)
    assert (known.deferred, known.will_retry_until) == (after(deferred).deferred, LATER)
    given(known).when(record, DEFERRAL_REPORT).then_nothing()
