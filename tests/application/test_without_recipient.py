"""A report that names no recipient is about the one message that has its id, or about none."""

from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.application.recording import Recording
from deliveryledger.domain.message.events import ComplaintReceived
from deliveryledger.domain.message_reference import MessageReference
from deliveryledger.domain.reports import DeliveryReport, Outcome, Source
from deliveryledger.testing import ADDRESS, claim
from tests.application.world import Clock, about, reading, send, shown, tell

GRACE = "grace@navy.example"
EVERY = [outcome for outcome in Outcome if outcome not in (Outcome.OTHER, Outcome.SUBMITTED)]


def submit(ledger: Ledger, message_id: str, candidate_id: str = "cand-7") -> None:
    """A message that the provider calls zz; it may call others so too."""
    ledger.messages.register(candidate_id, sender="rec-3", subject="x", message_id=message_id)
    ledger.messages.mark_submitted(
        message_id, provider="postmark", provider_message_id="zz", message_id_header="<zz@mta.example>"
    )


def redacted(clock: Clock, outcome: Outcome = Outcome.COMPLAINED, **fields: Any) -> DeliveryReport:
    return claim(outcome, clock.now, **{"provider_message_id": "zz", "recipient": None, **fields})


def attributions(ledger: Ledger) -> list[str]:
    return [e.event.attribution for e in ledger.history() if isinstance(e.event, ComplaintReceived)]


def test_with_no_message_it_waits_and_suppresses_nobody(ledger: Ledger, clock: Clock):
    assert tell(ledger, redacted(clock)) == Recording(unmatched=1)
    assert ledger.recipient_filter().entries == ()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"recipient": ""},
        {"provider": "mail", "source": Source.ARF, "provider_message_id": "zz@mta.example"},
        {"provider_message_id": None, "message_id": "msg-1"},
    ],
    ids=["redacted", "empty", "by mail", "our own id"],
)
def test_with_one_message_the_complaint_is_inferred_and_suppresses(
    ledger: Ledger, clock: Clock, fields: dict[str, Any]
):
    submit(ledger, "msg-1")
    assert tell(ledger, redacted(clock, **fields)) == Recording(facts=1)
    assert shown(ledger, "msg-1").status == "complained"
    assert attributions(ledger) == ["inferred"]
    assert not ledger.suppression_filters.may_send(ADDRESS)


@pytest.mark.parametrize("is_named_first", [True, False])
def test_a_complaint_that_names_the_recipient_is_the_better_evidence(
    ledger: Ledger, clock: Clock, is_named_first: bool
):
    submit(ledger, "msg-1")
    told = [redacted(clock, recipient=ADDRESS), redacted(clock)]
    recordings = [tell(ledger, report) for report in (told if is_named_first else told[::-1])]
    assert attributions(ledger) == (["reported"] if is_named_first else ["inferred", "reported"])
    assert recordings[-1].unmatched == 0
    assert ledger.recipient_filter().entries[0].causes == ("complaint",)


def test_with_two_messages_it_is_nobodys(ledger: Ledger, clock: Clock):
    ledger.candidate_emails.register("cand-8", GRACE, by="rec-3")
    submit(ledger, "msg-1")
    submit(ledger, "msg-8", "cand-8")
    assert tell(ledger, redacted(clock)) == Recording(unmatched=1)
    assert ledger.intake.retry() == Recording(unmatched=1)
    assert ledger.recipient_filter().entries == ()
    assert (shown(ledger, "msg-1").status, shown(ledger, "msg-8", "cand-8").status) == ("submitted",) * 2


@pytest.mark.parametrize("bound", [None, "acme", "globex"])
def test_with_messages_of_two_tenants_only_a_bound_ledger_knows_whose(
    ledger: Ledger, clock: Clock, bound: str | None
):
    for tenant in ("acme", "globex"):
        ledger.tenant(tenant).candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        submit(ledger.tenant(tenant), "msg-1")
    told_to = ledger.tenant(bound) if bound else ledger
    assert told_to.record(reading(redacted(clock))).facts == (1 if bound else 0)
    refused = [t for t in ("acme", "globex") if not ledger.tenant(t).suppression_filters.may_send(ADDRESS)]
    assert refused == ([bound] if bound else [])


def test_another_accounts_message_with_that_id_does_not_disturb(ledger: Ledger, clock: Clock):
    submit(ledger, "msg-1")
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-2")
    ledger.messages.mark_submitted("msg-2", provider="postmark", provider_message_id="zz", account="bulk")
    assert tell(ledger, redacted(clock)).facts == 1
    assert [shown(ledger, m).status for m in ("msg-1", "msg-2")] == ["complained", "submitted"]


def test_one_that_overtakes_the_command_waits_until_the_message_is_certain(ledger: Ledger, clock: Clock):
    tell(ledger, redacted(clock))
    submit(ledger, "msg-1")
    assert shown(ledger, "msg-1").status == "submitted"
    assert ledger.suppression_filters.may_send(ADDRESS)
    assert ledger.intake.retry() == Recording(facts=1)
    assert attributions(ledger) == ["inferred"]
    assert not ledger.suppression_filters.may_send(ADDRESS)


def test_one_that_overtakes_two_commands_stays_nobodys(ledger: Ledger, clock: Clock):
    ledger.candidate_emails.register("cand-8", GRACE, by="rec-3")
    tell(ledger, redacted(clock))
    submit(ledger, "msg-1")
    submit(ledger, "msg-8", "cand-8")
    assert ledger.intake.retry() == Recording(unmatched=1)
    assert ledger.recipient_filter().entries == ()


def test_one_that_brings_our_own_id_does_not_wait(ledger: Ledger, clock: Clock):
    tell(ledger, about("msg-1", Outcome.COMPLAINED, clock.now, recipient=None))
    send(ledger, "cand-7", "msg-1")
    assert shown(ledger, "msg-1").status == "complained"
    assert attributions(ledger) == ["inferred"]


@pytest.mark.parametrize("outcome", EVERY)
def test_whatever_it_says_is_said_of_one_message_or_of_none(clock: Clock, outcome: Outcome):
    with Ledger.open(":memory:", clock=clock, policies=Policies(record_engagement=True)) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        ledger.candidate_emails.register("cand-8", GRACE, by="rec-3")
        submit(ledger, "msg-1")
        assert tell(ledger, redacted(clock, outcome)) == Recording(facts=1)
        submit(ledger, "msg-8", "cand-8")
        clock.move(hours=1)
        assert tell(ledger, redacted(clock, outcome)) == Recording(unmatched=1)
        assert shown(ledger, "msg-8", "cand-8").status == "submitted"


def test_the_digest_that_stands_for_a_long_id_is_no_providers_id(ledger: Ledger, clock: Clock):
    long = "interview-invitation-of-candidate-7-in-november"
    submit(ledger, long)
    digest = MessageReference.of(long, "default").digest
    assert tell(ledger, redacted(clock, provider_message_id=digest)) == Recording(unmatched=1)
    assert ledger.suppression_filters.may_send(ADDRESS)
