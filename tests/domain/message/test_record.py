"""What a report adds to what is known of a message."""

from datetime import timedelta
from typing import Any

import pytest

from deliveryledger.domain.aggregate import Event
from deliveryledger.domain.failure_reason import FailureReason, Severity
from deliveryledger.domain.message.decisions import record
from deliveryledger.domain.message.events import LinkClicked, MessageBounced, MessageOpened
from deliveryledger.domain.reports import Attribution, DeliveryReport, Outcome, Source
from deliveryledger.testing import (
    AT_BOUNCE,
    AT_COMPLAINT,
    AT_DELIVERY,
    AT_SUBMISSION,
    AUTO_REPLIED,
    AUTO_REPLY_REPORT,
    BOUNCE_REPORT,
    BOUNCED,
    COMPLAINT,
    COMPLAINT_REPORT,
    DATA_SUBJECT,
    DEFERRAL_REPORT,
    DEFERRED,
    DELIVERED,
    DELIVERY_REPORT,
    DROP_REPORT,
    DROPPED,
    EARLIER,
    LATER,
    MESSAGE,
    MESSAGE_ID,
    REFERENCE,
    REGISTERED,
    REJECTED,
    REJECTION_REPORT,
    SOFT_BOUNCE_REPORT,
    SOFT_BOUNCED,
    SUBMITTED,
    UNSUBSCRIBED,
    UNSUBSCRIPTION_REPORT,
    WITHDRAWAL_REPORT,
    WITHDRAWN,
    claim,
    given,
)


def moved(event: Any, **changes: Any) -> Any:
    return event.model_copy(update=changes)


CLAIMS_AND_FACTS = [
    (DELIVERY_REPORT, DELIVERED),
    (DEFERRAL_REPORT, DEFERRED),
    (BOUNCE_REPORT, BOUNCED),
    (SOFT_BOUNCE_REPORT, SOFT_BOUNCED),
    (REJECTION_REPORT, REJECTED),
    (DROP_REPORT, DROPPED),
    (COMPLAINT_REPORT, COMPLAINT),
    (WITHDRAWAL_REPORT, WITHDRAWN),
    (UNSUBSCRIPTION_REPORT, UNSUBSCRIBED),
    (AUTO_REPLY_REPORT, AUTO_REPLIED),
]
NAMES = [type(fact).__name__ for _, fact in CLAIMS_AND_FACTS]


@pytest.mark.parametrize(("report", "fact"), CLAIMS_AND_FACTS, ids=NAMES)
def test_a_claim_becomes_a_fact(report: DeliveryReport, fact: Event):
    given(MESSAGE, REGISTERED).when(record, report).then(fact)


@pytest.mark.parametrize(("report", "fact"), CLAIMS_AND_FACTS, ids=NAMES)
def test_the_same_claim_again_is_nothing_new(report: DeliveryReport, fact: Event):
    given(MESSAGE, REGISTERED, fact).when(record, report).then_nothing()


REPEATED = [
    (claim(Outcome.DELIVERED, AT_DELIVERY, source=Source.DSN), DELIVERED),
    (claim(Outcome.DELIVERED, EARLIER), DELIVERED),
    (claim(Outcome.DEFERRED, EARLIER, reason=FailureReason.MAILBOX_DISABLED, status="4.2.1"), DEFERRED),
    (claim(Outcome.BOUNCED, LATER, reason=FailureReason.MAILBOX_UNKNOWN, source=Source.DSN), BOUNCED),
    (claim(Outcome.BOUNCED, EARLIER, reason=FailureReason.UNDETERMINED), SOFT_BOUNCED),
    (claim(Outcome.REJECTED, EARLIER), REJECTED),
    (claim(Outcome.SUPPRESSED, EARLIER, list_reason="complaint"), DROPPED),
    (claim(Outcome.COMPLAINED, EARLIER, source=Source.ARF), COMPLAINT),
    (claim(Outcome.COMPLAINT_WITHDRAWN, EARLIER), WITHDRAWN),
    (claim(Outcome.UNSUBSCRIBED, EARLIER, method="mail"), UNSUBSCRIBED),
    (claim(Outcome.AUTO_REPLIED, LATER), AUTO_REPLIED),
]


@pytest.mark.parametrize(
    ("report", "fact"), REPEATED, ids=[f"{r.outcome} {r.occurred_at:%d}" for r, _ in REPEATED]
)
def test_a_claim_that_says_less_than_is_known_is_nothing_new(report: DeliveryReport, fact: Event):
    given(MESSAGE, REGISTERED, fact).when(record, report).then_nothing()


def test_the_later_of_two_soft_bounces_is_kept_with_the_better_evidence():
    vague = claim(Outcome.BOUNCED, LATER)
    decided = moved(
        SOFT_BOUNCED, occurred_at=LATER, reason=FailureReason.UNDETERMINED, status=None, diagnostic=None
    )
    bounced = given(MESSAGE, REGISTERED, SOFT_BOUNCED)
    bounced.when(record, vague).then(decided)
    soft = given(MESSAGE, REGISTERED, SOFT_BOUNCED, decided).state.soft
    assert soft is not None
    assert (soft.at, soft.evidence.reason) == (LATER, "mailbox_full")


@pytest.mark.parametrize(
    "better",
    [
        claim(Outcome.BOUNCED, EARLIER, reason=FailureReason.MAILBOX_UNKNOWN),
        claim(Outcome.BOUNCED, LATER, reason=FailureReason.MAILBOX_UNKNOWN, status="5.1.1", diagnostic="no"),
    ],
    ids=["an earlier time", "better evidence"],
)
def test_a_hard_bounce_is_told_again_only_for(better: DeliveryReport):
    known = moved(BOUNCED, status=None, reply_code=None, diagnostic=None, rule=None, rules_version=None)
    given(MESSAGE, REGISTERED, known).when(record, better).then(
        moved(
            known,
            occurred_at=better.occurred_at,
            status=better.status,
            diagnostic=better.diagnostic,
        )
    )


def test_may_bounce_after_it_was_delivered():
    given(MESSAGE, REGISTERED, DELIVERED).when(record, BOUNCE_REPORT).then(BOUNCED)


def test_a_bounce_without_a_reason_is_soft_and_undetermined():
    given(MESSAGE, REGISTERED).when(record, claim(Outcome.BOUNCED)).then(
        MessageBounced(
            occurred_at=AT_BOUNCE,
            message_id=MESSAGE_ID,
            report_id="",
            provider="postmark",
            account="main",
            source=Source.WEBHOOK,
            data_subject=DATA_SUBJECT,
            severity=Severity.SOFT,
            reason=FailureReason.UNDETERMINED,
        )
    )


@pytest.mark.parametrize("reason", FailureReason)
def test_severity_is_a_property_of_the_reason(reason: FailureReason):
    (decided,) = record(given(MESSAGE, REGISTERED).state, claim(Outcome.BOUNCED, reason=reason))
    assert isinstance(decided, MessageBounced)
    assert decided.severity is reason.severity


@pytest.mark.parametrize(
    ("until", "is_news"), [(None, False), (LATER, False), (LATER + timedelta(hours=1), True)]
)
def test_of_two_equal_deferrals_the_longer_patience_is_kept(until: Any, is_news: bool):
    again = claim(
        Outcome.DEFERRED,
        AT_DELIVERY,
        reason=DEFERRED.reason,
        status=DEFERRED.status,
        diagnostic=DEFERRED.diagnostic,
        will_retry_until=until,
    )
    news = [moved(DEFERRED, will_retry_until=until)] if is_news else []
    given(MESSAGE, REGISTERED, DEFERRED).when(record, again).then(*news)


def test_a_reported_complaint_is_better_than_an_inferred_one():
    inferred = moved(COMPLAINT, attribution=Attribution.INFERRED)
    given(MESSAGE, REGISTERED, inferred).when(record, COMPLAINT_REPORT).then(COMPLAINT)


@pytest.mark.parametrize("nobody", [None, ""])
def test_a_complaint_that_names_no_recipient_is_inferred(nobody: str | None):
    inferred = moved(COMPLAINT, attribution=Attribution.INFERRED)
    given(MESSAGE, REGISTERED).when(record, COMPLAINT_REPORT._replace(recipient=nobody)).then(inferred)


def test_a_newer_complaint_is_news_after_a_withdrawal():
    newer = LATER + timedelta(hours=1)
    given(MESSAGE, REGISTERED, COMPLAINT, WITHDRAWN).when(
        record, claim(Outcome.COMPLAINED, newer, feedback_type="abuse")
    ).then(moved(COMPLAINT, occurred_at=newer))


@pytest.mark.parametrize("report", [AUTO_REPLY_REPORT, DROP_REPORT], ids=["auto-reply", "drop"])
def test_an_answer_or_the_providers_own_list_is_no_bounce(report: DeliveryReport):
    (event,) = record(given(MESSAGE, REGISTERED).state, report)
    assert not isinstance(event, MessageBounced)


@pytest.mark.parametrize(
    ("outcome", "event_type"), [(Outcome.OPENED, MessageOpened), (Outcome.CLICKED, LinkClicked)]
)
def test_opens_and_clicks_are_noted_once_per_kind_of_reader(outcome: Outcome, event_type: Any):
    person, machine = claim(outcome, by_machine=False), claim(outcome, by_machine=True)
    (by_person,) = record(given(MESSAGE, REGISTERED).state, person)
    assert isinstance(by_person, event_type)
    given(MESSAGE, REGISTERED, by_person).when(record, person).then_nothing()
    given(MESSAGE, REGISTERED, by_person).when(record, machine).then(moved(by_person, by_machine=True))


@pytest.mark.parametrize("report", [claim(Outcome.OTHER), claim(Outcome.SUBMITTED, provider_message_id=None)])
def test_what_says_nothing_adds_nothing(report: DeliveryReport):
    given(MESSAGE, REGISTERED).when(record, report).then_nothing()


def test_a_report_may_say_that_the_provider_took_it():
    processed = claim(Outcome.SUBMITTED, AT_SUBMISSION)
    reported = SUBMITTED.model_copy(update={"source": Source.WEBHOOK})
    given(MESSAGE, REGISTERED).when(record, processed, reference=REFERENCE).then(reported)
    given(MESSAGE, REGISTERED, SUBMITTED).when(record, processed, reference=REFERENCE).then_nothing()


def test_a_time_after_the_receipt_is_clamped_and_the_claimed_one_kept():
    report = claim(Outcome.DELIVERED, LATER, received_at=AT_COMPLAINT, remote_mta=DELIVERED.remote_mta)
    given(MESSAGE, REGISTERED).when(record, report).then(
        moved(DELIVERED, occurred_at=AT_COMPLAINT, claimed_at=LATER)
    )


def test_an_event_names_the_report_it_came_from():
    (event,) = record(given(MESSAGE, REGISTERED).state, BOUNCE_REPORT, report_id="r-1")
    assert event == moved(BOUNCED, report_id="r-1")
