"""What cannot be used yet is kept, listed, tried again, or given up with a reason; never dropped."""

import pytest

from deliveryledger import Ledger
from deliveryledger.application.recording import Recording
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome, Quarantined
from deliveryledger.errors import CommandRefused
from deliveryledger.testing import ADDRESS, claim
from tests.application.world import Clock, about, reading, send, shown, tell

UNKNOWN = {"reason": FailureReason.MAILBOX_UNKNOWN}
EARLY = claim(Outcome.BOUNCED, provider_message_id="p-msg-1", **UNKNOWN)
GOOD = (
    b'{"RecordType":"Delivery","MessageID":"p-msg-1","Recipient":"ada@gmial.com",'
    b'"DeliveredAt":"2026-11-14T08:30:05Z"}'
)


def test_an_unmatched_report_is_kept_and_listed_once(ledger: Ledger):
    assert tell(ledger, EARLY, EARLY) == Recording(unmatched=1, repeats=1)
    assert tell(ledger, EARLY) == Recording(repeats=1)
    (kept,) = ledger.intake.unmatched()
    assert (kept.provider, kept.outcome, kept.recipient) == ("postmark", "bounced", ADDRESS)
    assert kept.occurred_at == EARLY.occurred_at


def test_of_two_early_reports_of_one_fact_the_better_evidence_is_kept(ledger: Ledger):
    vague = claim(Outcome.BOUNCED, provider_message_id="p-msg-1")
    better = claim(Outcome.BOUNCED, provider_message_id="p-msg-1", reason=FailureReason.MAILBOX_FULL)
    resent = claim(Outcome.BOUNCED, provider_message_id="p-msg-1", provider_event_id="changes on resends")
    assert tell(ledger, vague, better, resent) == Recording(unmatched=2, repeats=1)
    send(ledger, "cand-7", "msg-1")
    assert shown(ledger, "msg-1").reason == "mailbox_full"


def test_registering_and_submitting_apply_what_came_before(ledger: Ledger, clock: Clock):
    tell(ledger, EARLY, about("msg-1", Outcome.DELIVERED, clock.now))
    clock.move(minutes=5)
    ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
    assert shown(ledger, "msg-1").status == "delivered"
    recording = ledger.messages.mark_submitted("msg-1", provider="postmark", provider_message_id="p-msg-1")
    assert recording == Recording(facts=1)
    assert shown(ledger, "msg-1").status == "hard_bounced"
    assert not ledger.suppression_filters.may_send(ADDRESS)
    assert ledger.bell("rec-3").unread == 1
    assert ledger.intake.unmatched() == ()
    assert tell(ledger, EARLY) == Recording(repeats=1)


@pytest.mark.parametrize(
    "command",
    [
        {"provider_message_id": "other"},
        {"provider": "sendgrid"},
        {"account": "bulk"},
    ],
)
def test_what_waits_for_another_message_goes_on_waiting(ledger: Ledger, command: dict[str, str]):
    tell(ledger, EARLY)
    ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
    submission = {"provider": "postmark", "provider_message_id": "p-msg-1", **command}
    assert ledger.messages.mark_submitted("msg-1", **submission) == Recording()
    assert len(ledger.intake.unmatched()) == 1


def test_another_recipients_report_is_not_applied(ledger: Ledger):
    other = claim(Outcome.BOUNCED, provider_message_id="p-msg-1", recipient="grace@navy.example", **UNKNOWN)
    tell(ledger, other)
    send(ledger, "cand-7", "msg-1")
    assert shown(ledger, "msg-1").status == "submitted"
    assert len(ledger.intake.unmatched()) == 1


def test_what_waits_is_applied_as_soon_as_a_report_tells_of_the_submission(ledger: Ledger, clock: Clock):
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
    tell(ledger, claim(Outcome.COMPLAINED, provider_message_id="p-1"))
    assert ledger.intake.retry() == Recording(unmatched=1)
    tell(ledger, about("msg-1", Outcome.SUBMITTED, clock.now, provider_message_id="p-1"))
    assert shown(ledger, "msg-1").status == "complained"
    assert not ledger.intake.unmatched()


def test_an_early_complaint_without_recipient_waits_until_its_message_is_certain(
    ledger: Ledger, clock: Clock
):
    # A second message of the same provider id may be submitted a moment later; nobody is to be taken for it.
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
    tell(ledger, claim(Outcome.COMPLAINED, provider_message_id="p-1", recipient=None))
    tell(ledger, about("msg-1", Outcome.SUBMITTED, clock.now, provider_message_id="p-1"))
    assert shown(ledger, "msg-1").status == "submitted"
    assert ledger.intake.retry() == Recording(facts=1)
    assert shown(ledger, "msg-1").status == "complained"


def test_what_was_handed_in_for_two_tenants_waits_for_both(ledger: Ledger):
    for tenant in ("globex", "default", "globex"):
        ledger.tenant(tenant).record(reading(EARLY))
    assert len(ledger.intake.unmatched()) == 2
    send(ledger, "cand-7", "msg-1")
    assert shown(ledger, "msg-1").status == "hard_bounced"
    assert len(ledger.intake.unmatched()) == 1


def test_a_discarded_report_is_gone_for_good(ledger: Ledger):
    tell(ledger, EARLY)
    (kept,) = ledger.intake.unmatched()
    ledger.intake.discard(kept.id, by="sup-1", why="not ours")
    assert ledger.intake.unmatched() == ()
    assert tell(ledger, EARLY) == Recording(repeats=1)
    send(ledger, "cand-7", "msg-1")
    assert shown(ledger, "msg-1").status == "submitted"
    assert ledger.intake.retry() == Recording()


@pytest.mark.parametrize("id_", ["", "intake-main:nothing", "message-default:msg-1", "nonsense"])
def test_only_what_waits_is_discarded(ledger: Ledger, id_: str):
    send(ledger, "cand-7", "msg-1")
    with pytest.raises(CommandRefused):
        ledger.intake.discard(id_, by="sup-1", why="not ours")


@pytest.mark.parametrize("raw", [b"", b"{", b"\x00\xff\xfe", b"x" * 100_000])
def test_a_poisoned_part_is_kept_as_it_is(ledger: Ledger, raw: bytes):
    part = Quarantined(why="not readable", raw=raw, index=3)
    assert ledger.record(reading(quarantined=(part, part))) == Recording(quarantined=1, repeats=1)
    (kept,) = ledger.intake.quarantined()
    assert (kept.raw, kept.why) == (raw, "not readable")
    assert ledger.intake.retry().quarantined == 1
    assert len(ledger.intake.quarantined()) == 1


def test_better_rules_read_a_quarantined_part_and_apply_it(ledger: Ledger):
    send(ledger, "cand-7", "msg-1")
    ledger.record(reading(quarantined=(Quarantined(why="an older version", raw=GOOD),)))
    assert ledger.intake.retry() == Recording(facts=1)
    assert shown(ledger, "msg-1").status == "delivered"
    assert ledger.intake.quarantined() == ()
    assert ledger.intake.retry() == Recording()


def test_a_part_that_is_read_and_fits_no_message_waits_as_a_report(ledger: Ledger):
    ledger.record(reading(quarantined=(Quarantined(why="an older version", raw=GOOD),)))
    assert ledger.intake.retry() == Recording(unmatched=1)
    assert (len(ledger.intake.quarantined()), len(ledger.intake.unmatched())) == (0, 1)
    send(ledger, "cand-7", "msg-1")
    assert shown(ledger, "msg-1").status == "delivered"


def test_a_quarantined_part_is_discarded_with_a_reason(ledger: Ledger):
    ledger.record(reading(quarantined=(Quarantined(why="not readable", raw=b"{"),)))
    (kept,) = ledger.intake.quarantined()
    ledger.intake.discard(kept.id, by="sup-1", why="a test of the provider's")
    assert ledger.intake.quarantined() == ()
    assert ledger.record(reading(quarantined=(Quarantined(why="not readable", raw=b"{"),))).repeats == 1
