"""A report that fits no message suppresses nobody, unless its account is known to be one tenant's."""

from collections.abc import Iterator
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.application.recording import Recording
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Attribution, DeliveryReport, Outcome, Source
from deliveryledger.testing import ADDRESS, claim
from tests.application.world import Clock, reading, send, shown, tell

HARD = {"reason": FailureReason.MAILBOX_UNKNOWN, "status": "5.1.1", "rule": "phrase.no_such_user"}


@pytest.fixture
def own(clock: Clock) -> Iterator[Ledger]:
    """A ledger that knows whose Postmark's main account is; nobody was sent anything."""
    policies = Policies(accounts={"postmark/main": "acme"})
    with Ledger.open(":memory:", clock=clock, policies=policies) as ledger:
        yield ledger


def bounce(clock: Clock, **fields: Any) -> DeliveryReport:
    return claim(Outcome.BOUNCED, clock.now)._replace(**{**HARD, **fields})


def refusing(ledger: Ledger) -> list[str]:
    """The tenants whose filter refuses Ada."""
    tenants = ("acme", "default", "globex")
    return [t for t in tenants if not ledger.tenant(t).suppression_filters.may_send(ADDRESS)]


@pytest.mark.parametrize("fields", [{}, {"outcome": Outcome.COMPLAINED, "reason": None, "rule": None}])
def test_a_verified_webhook_of_its_own_account_suppresses_for_the_tenant(
    own: Ledger, clock: Clock, fields: dict[str, Any]
):
    report = bounce(clock, **fields)
    assert tell(own, report) == Recording(unmatched=1)
    assert refusing(own) == ["acme"]
    assert len(own.intake.unmatched()) == 1
    before = own.status().last_position
    assert tell(own, report) == Recording(repeats=1)
    assert own.intake.retry() == Recording(unmatched=1)
    assert own.status().last_position == before


@pytest.mark.parametrize(
    "fields",
    [
        {"authenticated": False},
        {"source": Source.DSN, "provider": "mail"},
        {"source": Source.POLL},
        {"account": "shared"},
        {"provider": "sendgrid"},
        {"recipient": None},
        {"recipient": "ada@"},
        {"rule": "postmark.class"},
        {"rule": None},
        {"reason": FailureReason.MAILBOX_FULL},
        {"reason": FailureReason.MAILBOX_DISABLED},
        {"reason": None},
        {"outcome": Outcome.SUPPRESSED},
        {"outcome": Outcome.REJECTED},
        {"outcome": Outcome.UNSUBSCRIBED},
        {"outcome": Outcome.COMPLAINT_WITHDRAWN},
        {"outcome": Outcome.COMPLAINED, "attribution": Attribution.INFERRED},
    ],
    ids=lambda fields: " ".join(f"{name}={value}" for name, value in fields.items()),
)
def test_anything_less_suppresses_nobody(own: Ledger, clock: Clock, fields: dict[str, Any]):
    assert tell(own, bounce(clock, **fields)) == Recording(unmatched=1)
    assert refusing(own) == []
    assert own.tenant("acme").recipient_filter().entries == ()


def test_nothing_is_taken_for_granted_of_an_account(ledger: Ledger, clock: Clock):
    assert tell(ledger, bounce(clock)).unmatched == 1
    assert ledger.tenant("acme").record(reading(bounce(clock))).unmatched == 1
    assert refusing(ledger) == []


def test_another_tenant_cannot_hand_it_in(own: Ledger, clock: Clock):
    assert own.tenant("globex").record(reading(bounce(clock))).unmatched == 1
    assert refusing(own) == []
    assert own.tenant("acme").record(reading(bounce(clock))).unmatched == 1
    assert refusing(own) == ["acme"]


def test_it_is_one_cause_when_its_message_becomes_known(own: Ledger, clock: Clock):
    acme = own.tenant("acme")
    acme.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
    acme.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
    tell(own, bounce(clock, provider_message_id="p-1"))
    assert refusing(own) == ["acme"]
    acme.messages.mark_submitted("msg-1", provider="postmark", provider_message_id="p-1")
    assert shown(acme, "msg-1").status == "hard_bounced"
    (entry,) = acme.recipient_filter().entries
    assert entry.causes == ("hard_bounce",)
    assert [e.event for e in acme.activity("cand-7").entries].count("AddressSuppressed") == 1
    assert acme.bell("rec-3").unread == 1


def test_after_a_lift_a_bounce_that_may_be_older_does_not_suppress_again(own: Ledger, clock: Clock):
    filters = own.tenant("acme").suppression_filters
    tell(own, bounce(clock))
    clock.move(days=1)
    filters.lift(ADDRESS, by="sup-1", evidence="spelling checked on the phone")
    clock.move(days=1)
    tell(own, bounce(clock))
    assert refusing(own) == []
    clock.move(days=7)
    tell(own, bounce(clock))
    assert refusing(own) == ["acme"]


def test_an_erased_persons_address_is_not_learnt_again(own: Ledger, clock: Clock):
    acme = own.tenant("acme")
    acme.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
    send(acme, "cand-7", "msg-1")
    tell(own, bounce(clock, provider_message_id="p-msg-1"))
    acme.erase("cand-7", by="dpo")
    complaint = bounce(clock, outcome=Outcome.COMPLAINED, provider_message_id=None)
    assert tell(own, complaint).unmatched == 1
    (entry,) = acme.recipient_filter().entries
    assert sorted(entry.causes) == ["complaint", "hard_bounce"]
    assert ADDRESS not in str(acme.recipient_filter())


def test_another_policy_leaves_it_as_it_is(own: Ledger, clock: Clock):
    tell(own, bounce(clock))
    acme = own.tenant("acme")
    difference = acme.replay(Policies())
    assert (difference.on_filter_before, difference.on_filter_after, difference.addresses) == (1, 1, ())
