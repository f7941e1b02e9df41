"""The queue of removal requests: the oldest first, with its age and with what an approval still lacks."""

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, about, send, tell

GRACE = "grace@navy.example"


@pytest.fixture
def asked(ledger: Ledger, clock: Clock) -> Ledger:
    """Ada's address bounced hard, Grace complained; removals of both were asked for, Ada's first."""
    ledger.candidate_emails.register("cand-8", GRACE, by="rec-3")
    send(ledger, "cand-7", "msg-7")
    send(ledger, "cand-8", "msg-8")
    at = clock.move(minutes=1)
    tell(ledger, about("msg-7", Outcome.BOUNCED, at, reason=FailureReason.MAILBOX_UNKNOWN))
    tell(ledger, about("msg-8", Outcome.COMPLAINED, at, recipient=GRACE))
    ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="phone, 14 Nov")
    clock.move(hours=2)
    ledger.suppression_filters.request_removal(GRACE, by="sup-3", evidence="she wrote")
    return ledger


def test_says_who_asks_why_and_what_is_missing(asked: Ledger):
    first, second = asked.removal_queue().requests
    assert (first.address, first.causes, first.by, first.evidence) == (
        ADDRESS,
        ("hard_bounce",),
        "sup-1",
        "phone, 14 Nov",
    )
    assert (first.missing, first.needs_second_person) == ((), False)
    assert (second.address, second.missing, second.needs_second_person) == (
        GRACE,
        ("recipient_consent",),
        True,
    )


def test_a_request_grows_old_and_is_overdue_after_a_day(asked: Ledger, clock: Clock):
    assert [round(r.age_hours) for r in asked.removal_queue().requests] == [2, 0]
    clock.move(hours=23)
    assert [r.overdue for r in asked.removal_queue().requests] == [True, False]
    assert "försenad, väntat 25 h" in str(asked.removal_queue(lang="sv"))


def test_what_was_decided_leaves_the_queue(asked: Ledger):
    first, second = asked.removal_queue().requests
    asked.suppression_filters.approve(first.id, by="sup-2")
    asked.suppression_filters.reject(second.id, by="sup-2", note="she has not answered")
    assert asked.removal_queue().requests == ()
    assert "No request is waiting." in str(asked.removal_queue())


def test_a_consent_is_not_missing_any_more(asked: Ledger):
    asked.suppression_filters.record_consent(GRACE, kind="recipient", evidence="mail", by="sup-3")
    assert asked.removal_queue().requests[1].missing == ()


def test_a_second_removal_within_thirty_days_lacks_an_administrator(asked: Ledger, clock: Clock):
    asked.suppression_filters.approve(asked.removal_queue().requests[0].id, by="sup-2")
    clock.move(minutes=1)
    send(asked, "cand-7", "msg-9")
    tell(asked, about("msg-9", Outcome.BOUNCED, clock.move(days=1), reason=FailureReason.MAILBOX_UNKNOWN))
    asked.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="phone again")
    assert asked.removal_queue().requests[-1].missing == ("administrator",)


def test_no_tenant_sees_anothers(asked: Ledger):
    assert asked.removal_queue(tenant="acme").requests == ()
