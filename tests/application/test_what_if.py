"""What if other policies had applied: the difference is told, and nothing is touched."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application import what_if
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.domain.suppression_filter.escalation import EscalationPolicy, Threshold
from deliveryledger.errors import InvalidInput
from deliveryledger.testing import ADDRESS
from tests.application.failures import FULL as FULL_WORDS
from tests.application.failures import UNKNOWN, event, misread, read, sent
from tests.application.world import Clock, about, send, tell

FULL = FailureReason.MAILBOX_FULL
NEVER = Policies(escalation=EscalationPolicy(thresholds={}))


def at_once(days: int | None = None) -> Policies:
    """One full mailbox is enough."""
    threshold = Threshold(strikes=1, within_days=1, suppress_for_days=days)
    return Policies(escalation=EscalationPolicy(thresholds={FULL: threshold}))


def fail(ledger: Ledger, clock: Clock, times: int = 1, message_id: str = "msg-1") -> None:
    for _ in range(times):
        clock.move(days=1)
        tell(ledger, about(message_id, Outcome.BOUNCED, clock.now, reason=FULL, recipient=ADDRESS))


def register(ledger: Ledger, message_id: str) -> None:
    ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id=message_id)


def test_a_stricter_policy_would_have_withheld_what_was_sent(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock)
    register(ledger, "msg-2")
    result = ledger.replay(at_once())
    assert (result.on_filter_before, result.on_filter_after) == (0, 1)
    [address] = result.addresses
    assert (address.address, address.before) == (ADDRESS, ())
    assert [(c.cause, c.since, c.reason, c.expires_at) for c in address.after] == [
        ("escalation", clock.now, "mailbox_full", None)
    ]
    assert result.would_be_sent == ()
    [message] = result.would_be_withheld
    assert (message.message_id, message.candidate_id, message.address) == ("msg-2", "cand-7", ADDRESS)
    assert (message.causes, message.registered_at) == (("escalation",), clock.now)


def test_a_laxer_policy_would_have_sent_what_was_withheld(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock, times=5)
    register(ledger, "msg-2")
    result = ledger.replay(NEVER)
    assert (result.on_filter_before, result.on_filter_after) == (1, 0)
    assert [(len(a.before), a.after) for a in result.addresses] == [(1, ())]
    assert [(m.message_id, m.causes) for m in result.would_be_sent] == [("msg-2", ("escalation",))]
    assert result.would_be_withheld == ()


def test_what_has_expired_by_then_withholds_nothing(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock)
    register(ledger, "msg-2")
    clock.move(days=2)
    register(ledger, "msg-3")
    result = ledger.replay(at_once(days=2))
    assert [m.message_id for m in result.would_be_withheld] == ["msg-2"]
    assert result.addresses == ()  # nor is it on the filter now
    assert result.differs


def test_what_people_did_stays(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock)
    ledger.suppression_filters.suppress(ADDRESS, by="sup-1")
    [address] = ledger.replay(at_once()).addresses
    assert [c.cause for c in address.before] == ["manual"]
    assert [c.cause for c in address.after] == ["escalation", "manual"]
    ledger.suppression_filters.lift(ADDRESS, by="sup-1", evidence="phone")
    assert not ledger.replay(at_once()).addresses  # a lift takes away whatever is there


def test_hard_bounces_and_complaints_are_no_matter_of_policy(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    tell(ledger, about("msg-1", Outcome.BOUNCED, clock.now, reason=FailureReason.MAILBOX_UNKNOWN))
    tell(ledger, about("msg-1", Outcome.COMPLAINED, clock.now))
    register(ledger, "msg-2")
    assert not ledger.replay(NEVER).differs


def test_what_is_no_address_is_withheld_under_every_policy(ledger: Ledger, clock: Clock):
    ledger.candidate_emails.register("cand-8", "no address", by="rec-3")
    ledger.messages.register("cand-8", sender="rec-3", subject="Interview")
    ledger.suppression_filters.suppress("no address", by="sup-1")
    ledger.messages.register("cand-8", sender="rec-3", subject="Interview")
    assert not ledger.replay(at_once()).differs


def test_even_where_its_failures_put_it_on_the_filter(ledger: Ledger, clock: Clock):
    ledger.candidate_emails.register("cand-8", "no address", by="rec-3")
    ledger.messages.register("cand-8", sender="rec-3", subject="Interview", message_id="msg-1")
    for _ in range(5):
        at = clock.move(days=1)
        tell(ledger, about("msg-1", Outcome.BOUNCED, at, reason=FULL, recipient="no address"))
    ledger.messages.register("cand-8", sender="rec-3", subject="Again", message_id="msg-2")
    result = ledger.replay(NEVER)
    assert (len(result.addresses), result.would_be_sent) == (1, ())
    ledger.erase("cand-8", by="dpo")
    # That it was no address is forgotten too; but msg-1 was withheld for that reason alone.
    assert [m.message_id for m in ledger.replay(NEVER).would_be_sent] == ["msg-2"]


def test_from_a_moment_on(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock)
    register(ledger, "msg-2")
    before = clock.move(days=1)
    assert not ledger.replay(at_once(), since=before).differs
    fail(ledger, clock)
    register(ledger, "msg-3")
    assert [m.message_id for m in ledger.replay(at_once(), since=before).would_be_withheld] == ["msg-3"]
    naive = before.astimezone(UTC).replace(tzinfo=None)
    assert ledger.replay(at_once(), since=naive) == ledger.replay(at_once(), since=before)
    with pytest.raises(InvalidInput, match="before the year 1"):
        ledger.replay(NEVER, since=datetime.min.replace(tzinfo=timezone(timedelta(hours=14))))


@pytest.mark.parametrize(
    ("words", "taken_for"),
    [(UNKNOWN, FailureReason.UNDETERMINED), (FULL_WORDS, FailureReason.MAILBOX_UNKNOWN)],
    ids=["falsely soft", "falsely hard"],
)
def test_reclassifying_is_what_people_did(
    ledger: Ledger, clock: Clock, words: dict[str, str], taken_for: FailureReason
):
    sent(ledger, "sg-1")
    ledger.record(misread(read(clock.move(minutes=5), event(clock.now, **words)), taken_for))
    assert ledger.reclassify(by="op-1", record=True).changes
    assert ledger.recipient_filter().entries
    assert not ledger.replay(NEVER).differs


def test_what_a_later_report_about_a_reclassified_message_causes_is_decided_anew(
    ledger: Ledger, clock: Clock
):
    sent(ledger, "sg-1", "sg-2")
    for _ in range(4):
        ledger.record(read(clock.move(days=1), event(clock.now, **FULL_WORDS)))
    reading = read(clock.move(hours=1), event(clock.now, "sg-2", **FULL_WORDS))
    ledger.record(misread(reading, FailureReason.UNDETERMINED))
    assert ledger.reclassify(by="op-1", record=True).changes
    ledger.record(read(clock.move(days=1), event(clock.now, "sg-2", **FULL_WORDS)))
    assert [e.causes for e in ledger.recipient_filter().entries] == [("escalation",)]
    result = ledger.replay(NEVER)
    assert (result.on_filter_before, result.on_filter_after) == (1, 0)
    assert not ledger.replay(Policies()).differs


def test_who_was_erased_stays_erased(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock)
    register(ledger, "msg-2")
    ledger.erase("cand-7", by="dpo")
    result = ledger.replay(at_once())
    assert [m.message_id for m in result.would_be_withheld] == ["msg-2"]
    assert result.on_filter_after == 1
    assert ADDRESS not in result.model_dump_json()
    assert result.addresses[0].address.endswith("@erased.invalid")


def test_each_tenant_for_itself(clock: Clock):
    with Ledger.open(":memory:", clock=clock) as ledger:
        for tenant in ("acme", "globex"):
            ledger.tenant(tenant).candidate_emails.register("cand-7", ADDRESS, by="rec-3")
            send(ledger.tenant(tenant), "cand-7", f"msg-{tenant}")
        fail(ledger.tenant("acme"), clock, message_id="msg-acme")
        assert ledger.replay(at_once(), tenant="acme").addresses
        assert ledger.tenant("acme").replay(at_once()).addresses
        assert not ledger.replay(at_once(), tenant="globex").differs
        assert ledger.replay(at_once()).events == 0


def test_the_text(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock)
    register(ledger, "msg-2")
    day = f"{clock.now:%-d %B %Y}"
    assert str(ledger.replay(at_once(days=10))).splitlines() == [
        "Replayed 5 events.",
        "Addresses on the recipient filter: 0, would be 1.",
        "Addresses that differ: 1",
        f"  {ADDRESS}: not on the filter → "
        f"Repeated soft bounces since {day} until {clock.now + timedelta(days=10):%-d %B %Y}",
        "Withheld, would have been sent: 0",
        "Sent, would have been withheld: 1",
        f"  msg-2 to {ADDRESS}, {day} (Repeated soft bounces)",
    ]
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert "events, other policies from 1 January 2026 on." in str(ledger.replay(at_once(), since=since))


def test_the_text_ends_the_data_do_not(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock)
    for number in range(53):
        register(ledger, f"new-{number}")
    result = ledger.replay(at_once())
    assert len(result.would_be_withheld) == 53
    assert str(result).endswith("  … and 3 more")


@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_size_of_a_page_does_not_matter(
    ledger: Ledger, clock: Clock, monkeypatch: pytest.MonkeyPatch, size: int
):
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock, times=5)
    register(ledger, "msg-2")
    whole = ledger.replay(NEVER)
    monkeypatch.setattr(what_if, "PAGE", size)
    steps: list[tuple[int, int]] = []
    assert ledger.replay(NEVER, progress=lambda reached, last: steps.append((reached, last))) == whole
    last = ledger.status().last_position
    assert steps[-1] == (last, last)
    assert len(steps) == -(-last // size)


def test_no_file_is_touched(tmp_path: Path, clock: Clock):
    path = tmp_path / "ledger.db"
    with Ledger.open(path, clock=clock) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        send(ledger, "cand-7", "msg-1")
        fail(ledger, clock)
        ledger.candidate_card("cand-7")
        before = {
            file.name: file.read_bytes() for file in tmp_path.iterdir() if not file.name.endswith("-shm")
        }
        assert ledger.replay(at_once()).differs
        after = {
            file.name: file.read_bytes() for file in tmp_path.iterdir() if not file.name.endswith("-shm")
        }
        assert after == before
