"""Our own ids can be guessed, and anybody with an account can put them into metadata: whose word counts."""

from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.intake import Intake
from deliveryledger.application.recording import Recording, record_reading
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome, Quarantined, Reading, Source
from deliveryledger.testing import ADDRESS, claim
from tests.application.world import Clock, about, reading, shown, tell

HARD = {"reason": FailureReason.MAILBOX_UNKNOWN}
THEIRS = {"provider": "sendgrid", "account": "theirs"}


@pytest.fixture
def registered(ledger: Ledger) -> Ledger:
    """msg-1 to Ada, which the ATS has not handed to any provider yet."""
    register(ledger)
    return ledger


def register(ledger: Ledger, message_id: str = "msg-1") -> None:
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id=message_id)


def submit(ledger: Ledger, **account: str) -> Recording:
    named = {"provider": "postmark", "provider_message_id": "p-1", **account}
    return ledger.messages.mark_submitted("msg-1", **named)


def complaint(clock: Clock, **fields: Any) -> DeliveryReport:
    """It names our message, and nobody."""
    return about("msg-1", Outcome.COMPLAINED, clock.now, **{"recipient": None, **fields})


def taken(clock: Clock, **fields: Any) -> DeliveryReport:
    return about("msg-1", Outcome.SUBMITTED, clock.now, provider_message_id="x-1", **fields)


def test_while_nobody_is_told_as_the_sender_an_id_alone_does_nothing(registered: Ledger, clock: Clock):
    for report in (complaint(clock, **THEIRS), taken(clock, recipient=None, **THEIRS)):
        assert tell(registered, report) == Recording(unmatched=1)
    assert registered.intake.retry() == Recording(unmatched=2)
    assert shown(registered, "msg-1").status == "registered"
    assert registered.suppression_filters.may_send(ADDRESS)


def test_nor_does_an_id_with_another_recipient(registered: Ledger, clock: Clock):
    assert tell(registered, complaint(clock, recipient="grace@navy.example")).unmatched == 1


def test_nor_is_it_applied_when_its_message_is_registered_later(ledger: Ledger, clock: Clock):
    tell(ledger, complaint(clock, **THEIRS))
    register(ledger)
    submit(ledger)
    assert ledger.intake.retry() == Recording(unmatched=1)
    assert shown(ledger, "msg-1").status == "submitted"
    assert ledger.suppression_filters.may_send(ADDRESS)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_account_that_sent_it_needs_no_more_than_the_id(ledger: Ledger, clock: Clock, place: int):
    steps = [register, submit]
    steps.insert(place, lambda led: tell(led, complaint(clock)))
    for step in steps:
        step(ledger)
    assert shown(ledger, "msg-1").status == "complained"
    assert ledger.intake.unmatched() == ()


def test_a_submission_that_is_only_reported_locks_nobody_out(registered: Ledger, clock: Clock):
    assert tell(registered, taken(clock, recipient=ADDRESS, **THEIRS)).facts == 1
    assert tell(registered, complaint(clock, recipient=ADDRESS)).facts == 1


def test_once_the_ats_says_who_sent_it_nobody_else_speaks_of_it(registered: Ledger, clock: Clock):
    submit(registered)
    for report in (taken(clock, recipient=ADDRESS, **THEIRS), complaint(clock, recipient=ADDRESS, **THEIRS)):
        assert tell(registered, report) == Recording(unmatched=1)
    assert submit(registered, provider="sendgrid", account="theirs") == Recording(facts=2)
    assert shown(registered, "msg-1").status == "complained"


@pytest.mark.parametrize("is_first", [True, False])
def test_what_a_report_tells_of_a_submission_counts_for_others_of_the_batch(
    registered: Ledger, clock: Clock, is_first: bool
):
    reports = [taken(clock, recipient=ADDRESS), complaint(clock)]
    assert tell(registered, *(reports if is_first else reports[::-1])) == Recording(facts=2)


def test_readings_that_are_recorded_together_are_as_good_as_one_by_one(registered: Ledger, clock: Clock):
    # As the receiver of webhooks records them: what one keeps waiting, the next may make fit.
    early = reading(claim(Outcome.COMPLAINED, clock.now, provider_message_id="x-1").with_raw(b"{}"))
    later = reading(taken(clock, recipient=ADDRESS))
    services = registered._services
    services.transact(lambda unit: [record_reading(unit, each, services.policies) for each in (early, later)])
    assert shown(registered, "msg-1").status == "complained"
    assert registered.intake.unmatched() == ()


# -- tenants ----------------------------------------------------------------------------------


@pytest.fixture
def banks(ledger: Ledger) -> Ledger:
    """A message of the bank's; the other tenant is called evilco."""
    bank = ledger.tenant("bank")
    bank.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
    register(bank)
    return ledger


def is_untouched(ledger: Ledger) -> bool:
    bank = ledger.tenant("bank")
    return shown(bank, "msg-1").status in ("registered", "submitted") and bool(
        bank.suppression_filters.may_send(ADDRESS)
    )


@pytest.mark.parametrize("is_told", [False, True])
def test_a_tenant_in_metadata_gives_no_account_a_say(banks: Ledger, clock: Clock, is_told: bool):
    if is_told:
        submit(banks.tenant("bank"))
    named = {"recipient": ADDRESS if is_told else None}
    for report in (
        complaint(clock, tenant="bank", **named, **THEIRS),
        taken(clock, tenant="bank", **named, **THEIRS),
    ):
        assert tell(banks, report).facts == 0
    assert is_untouched(banks)


def test_metadata_of_another_tenant_are_not_taken_for_ones_own(ledger: Ledger, clock: Clock):
    register(ledger)
    submit(ledger)
    handed = complaint(clock, tenant="globex")
    assert ledger.tenant("default").record(reading(handed)).unmatched == 1
    assert shown(ledger, "msg-1").status == "submitted"


@pytest.mark.parametrize("recipient", [None, ADDRESS])
@pytest.mark.parametrize("command", ["retry", "register and submit"])
def test_what_is_handed_in_for_one_tenant_never_changes_another_ones_message(
    ledger: Ledger, clock: Clock, recipient: str | None, command: str
):
    bank = ledger.tenant("bank")
    bank.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
    hostile = [
        complaint(clock, tenant="bank", recipient=recipient),
        claim(Outcome.COMPLAINED, clock.now, provider_message_id="p-1", recipient=recipient),
    ]
    if command == "retry":
        register(bank)
        submit(bank)
    assert ledger.tenant("evilco").record(reading(*hostile)) == Recording(unmatched=2)
    if command != "retry":
        register(bank)
        submit(bank)
    assert ledger.intake.retry() == Recording(unmatched=2)
    assert is_untouched(ledger)


PART = (
    b'{"RecordType":"SpamComplaint","MessageID":"p-1","Email":"ada@gmial.com",'
    b'"BouncedAt":"2026-11-14T08:30:05Z","Metadata":{"deliveryledger_message_id":"msg-1"}}'
)


def test_what_is_read_again_counts_for_the_tenant_that_it_was_handed_in_for(banks: Ledger):
    submit(banks.tenant("bank"))
    unread = reading(quarantined=(Quarantined(why="an older version", raw=PART),))
    for tenant in ("evilco", "bank"):
        assert banks.tenant(tenant).record(unread).quarantined == 1
    assert banks.tenant("evilco").intake.retry() == Recording(unmatched=1)
    assert is_untouched(banks)
    assert banks.intake.retry() == Recording(facts=1, unmatched=1)
    assert not is_untouched(banks)


def test_a_tenant_tries_again_only_what_was_handed_in_for_it(banks: Ledger, clock: Clock):
    banks.tenant("bank").record(reading(complaint(clock)))
    tell(banks, complaint(clock, tenant="bank"))
    assert banks.tenant("evilco").intake.retry() == Recording()
    assert banks.tenant("bank").intake.retry() == Recording(unmatched=1)
    assert banks.intake.retry() == Recording(unmatched=2)


def test_one_that_cannot_be_decided_about_does_not_hold_up_the_others(ledger: Ledger, clock: Clock):
    tell(ledger, claim(Outcome.COMPLAINED, clock.now, provider_message_id="p-1", recipient=None))
    ledger.record(reading(quarantined=(Quarantined(why="odd", raw=b"odd"),)))
    register(ledger)
    submit(ledger)

    def reader(*, source: Source, **_: Any) -> Reading:
        raise RuntimeError(source)

    assert Intake(ledger._services, reader).retry() == Recording(facts=1, quarantined=1)
    assert len(ledger.intake.quarantined()) == 1
