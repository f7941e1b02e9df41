"""Nothing is kept longer than the policy says: listed first, then erased, and nothing else is."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from deliveryledger import Ledger
from deliveryledger.application.retention import BATCH, RetentionPolicy, RetentionReport
from deliveryledger.domain.reports import Outcome, Quarantined
from deliveryledger.errors import InvalidIdentifier, UnknownCandidate
from deliveryledger.testing import ADDRESS, claim
from tests.application.world import Clock, about, reading, send, tell

A_YEAR = RetentionPolicy(candidates_after_days=365)


def due(ledger: Ledger, policy: RetentionPolicy = A_YEAR, **options: str) -> list[str]:
    """Ids of the candidates that would be erased."""
    return [c.candidate_id for c in ledger.apply_retention(policy, by="dpo", **options).candidates]


def apply(ledger: Ledger, policy: RetentionPolicy = A_YEAR, **options: str) -> RetentionReport:
    return ledger.apply_retention(policy, by="dpo", dry_run=False, **options)


def test_who_was_inactive_for_too_long_is_listed_and_then_erased(ledger: Ledger, clock: Clock):
    at = clock.now
    clock.move(days=200)
    ledger.candidate_emails.register("cand-8", "grace@navy.example", by="rec-4")
    clock.move(days=165)
    report = ledger.apply_retention(A_YEAR, by="dpo")
    assert report.dry_run
    assert [(c.tenant, c.candidate_id, c.last_activity) for c in report.candidates] == [
        ("default", "cand-7", at)
    ]
    assert not ledger.export("cand-7").is_empty
    applied = apply(ledger)
    assert (applied.dry_run, applied.candidates) == (False, report.candidates)
    assert ledger.export("cand-7").erased_by == "dpo"
    assert ledger.candidate_card("cand-8").address == "grace@navy.example"
    assert apply(ledger).candidates == ()


def test_one_day_less_is_not_too_long(ledger: Ledger, clock: Clock):
    clock.move(days=364, hours=23)
    assert due(ledger) == []
    clock.move(hours=1)
    assert due(ledger) == ["cand-7"]


@pytest.mark.parametrize("activity", ["correct", "confirm", "cv", "message", "submitted", "report"])
def test_activity_begins_the_time_anew(ledger: Ledger, clock: Clock, activity: str):
    send(ledger, "cand-7", "msg-1")
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-0")
    clock.move(days=365)
    assert due(ledger) == ["cand-7"]
    emails, messages = ledger.candidate_emails, ledger.messages
    {
        "correct": lambda: emails.correct("cand-7", "ada@gmail.com", grounds="cv", by="rec-3"),
        "confirm": lambda: emails.confirm("cand-7", by="rec-3"),
        "cv": lambda: emails.record_cv_address("cand-7", "ada@lovelace.example"),
        "message": lambda: messages.register("cand-7", sender="rec-3", subject="Hello"),
        "submitted": lambda: messages.mark_submitted("msg-0", provider="postmark", provider_message_id="0"),
        # Said to have happened long ago: what counts is when we were told.
        "report": lambda: tell(ledger, claim(Outcome.DELIVERED, provider_message_id="p-msg-1")),
    }[activity]()
    assert due(ledger) == []
    clock.move(days=365)
    assert due(ledger) == ["cand-7"]


def test_what_support_does_on_the_filter_does_not_count(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    tell(ledger, claim(Outcome.COMPLAINED, provider_message_id="p-msg-1"))
    clock.move(days=365)
    ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="a call")
    ledger.suppression_filters.suppress(ADDRESS, by="sup-1")
    assert due(ledger) == ["cand-7"]


def test_without_a_period_candidates_are_kept(ledger: Ledger, clock: Clock):
    clock.move(days=10_000)
    assert due(ledger, RetentionPolicy()) == []
    assert apply(ledger, RetentionPolicy()).candidates_before is None


def test_a_tenant_keeps_to_itself(ledger: Ledger, clock: Clock):
    acme = ledger.tenant("acme")
    acme.candidate_emails.register("cand-1", "charles@babbage.example", by="rec-9")
    clock.move(days=365)
    assert due(ledger) == ["cand-1", "cand-7"]  # the operator's view
    assert due(ledger, tenant="default") == ["cand-7"]
    assert due(acme) == ["cand-1"]
    apply(acme)
    assert due(ledger) == ["cand-7"]


def test_reports_that_fitted_nothing_for_too_long_are_discarded(ledger: Ledger, clock: Clock):
    tell(ledger, claim(Outcome.BOUNCED, provider_message_id="unknown"))
    ledger.record(reading(quarantined=(Quarantined(why="not readable", raw=b"{"),)))
    clock.move(days=60)
    tell(ledger, about("nothing", Outcome.DELIVERED, clock.now))
    clock.move(days=30)
    listed = ledger.apply_retention(RetentionPolicy(), by="dpo")
    assert (listed.unmatched, listed.quarantined) == (1, 1)
    assert len(ledger.intake.unmatched()) == 2
    applied = apply(ledger, RetentionPolicy())
    assert (applied.unmatched, applied.quarantined, applied.keys_swept) == (1, 1, 0)
    assert (len(ledger.intake.unmatched()), ledger.intake.quarantined()) == (1, ())
    discarded = [e for e in intake_events(ledger) if type(e).__name__ == "ReportDiscarded"]
    assert {(e.by, e.why) for e in discarded} == {("dpo", "retention period over")}


def intake_events(ledger: Ledger) -> list[Any]:
    envelopes = ledger._services.log.read(after=0, limit=10_000)
    return [e.event for e in envelopes if e.name.category == "intake"]


def test_what_was_discarded_cannot_be_opened_any_more(ledger: Ledger, clock: Clock):
    tell(ledger, claim(Outcome.BOUNCED, provider_message_id="unknown"))
    clock.move(days=90)
    assert ADDRESS in str(intake_events(ledger))
    apply(ledger, RetentionPolicy())
    assert ADDRESS not in str(intake_events(ledger))


def test_a_tenant_discards_what_it_handed_in(ledger: Ledger, clock: Clock):
    ledger.record(reading(claim(Outcome.BOUNCED, provider_message_id="1")), tenant="acme")
    tell(ledger, claim(Outcome.BOUNCED, provider_message_id="2"))
    clock.move(days=90)
    assert apply(ledger, RetentionPolicy(), tenant="acme").unmatched == 1
    assert apply(ledger, RetentionPolicy(), tenant="default").unmatched == 0
    assert apply(ledger, RetentionPolicy()).unmatched == 1


def test_more_than_a_batch_is_done_in_batches(ledger: Ledger, clock: Clock):
    many = BATCH + 1
    for number in range(many):
        ledger.candidate_emails.register(f"c-{number}", f"c{number}@navy.example", by="rec-4")
    tell(ledger, *(claim(Outcome.BOUNCED, provider_message_id=f"u-{n}") for n in range(many)))
    clock.move(days=365)
    ledger.candidate_emails.confirm("cand-7", by="rec-3")
    seen: list[tuple[int, int]] = []
    report = ledger.apply_retention(
        A_YEAR, by="dpo", dry_run=False, progress=lambda done, total: seen.append((done, total))
    )
    assert (len(report.candidates), report.unmatched) == (many, many)
    assert seen == [(BATCH, 2 * many), (many, 2 * many), (many + BATCH, 2 * many), (2 * many, 2 * many)]
    assert due(ledger) == []


def test_who_becomes_active_at_the_last_moment_is_kept(ledger: Ledger, clock: Clock):
    """Whoever is listed is looked at again while nobody else can write."""
    ledger.candidate_emails.register("cand-8", "grace@navy.example", by="rec-4")
    clock.move(days=365)
    listed = ledger._inactive(clock.now, None)
    ledger.messages.register("cand-7", sender="rec-3", subject="Still there?")
    ids = [candidate.candidate_id for candidate in listed]

    def still() -> list[str]:
        return [c.candidate_id for c in ledger._inactive(listed[0].last_activity, "default", ids)]

    erased = ledger._erasing.erase(ids, by="dpo", still=still)
    assert [erasure.candidate_id for erasure in erased] == ["cand-8"]
    assert ledger.candidate_card("cand-7").address == ADDRESS


def test_a_key_that_a_kill_left_behind_is_swept(ledger: Ledger, clock: Clock):
    keys, log = ledger._services.log._keys, ledger._services.log
    with log.transaction() as transaction:
        left = transaction.issue_subject("intake")
    keys.add({left: transaction._issued[left]})
    assert keys.live_intake_subjects() == {left}
    assert ledger.apply_retention(RetentionPolicy(), by="dpo").keys_swept == 0
    assert keys.live_intake_subjects() == {left}
    assert apply(ledger, RetentionPolicy()).keys_swept == 1
    assert keys.live_intake_subjects() == set()


def test_a_dry_run_changes_no_byte(tmp_path: Path, clock: Clock):
    path = tmp_path / "ledger.db"
    with Ledger.open(path, clock=clock) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        send(ledger, "cand-7", "msg-1")
        tell(ledger, claim(Outcome.BOUNCED, provider_message_id="unknown"))
        clock.move(days=365)
        ledger.candidate_card("cand-7")
        before = contents(tmp_path)
        report = ledger.apply_retention(A_YEAR, by="dpo")
        assert (len(report.candidates), report.unmatched) == (1, 1)
        assert contents(tmp_path) == before


def contents(folder: Path) -> dict[str, bytes]:
    # The index of a journal (-shm) notes who reads; it is no data.
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


@pytest.mark.parametrize("days", [0, -1, 1.5, "many"])
def test_a_period_is_a_whole_number_of_days(days: object):
    with pytest.raises(ValidationError):
        RetentionPolicy(candidates_after_days=days)
    with pytest.raises(ValidationError):
        RetentionPolicy(unmatched_after_days=days)


def test_a_policy_with_an_unknown_field_is_refused():
    with pytest.raises(ValidationError):
        RetentionPolicy(candidates_after=3)


def test_somebody_answers_for_it(ledger: Ledger):
    with pytest.raises(InvalidIdentifier):
        ledger.apply_retention(A_YEAR, by="")


def test_the_report_can_be_read(ledger: Ledger, clock: Clock):
    clock.move(days=365)
    assert str(ledger.apply_retention(A_YEAR, by="dpo")) == (
        "candidates that would be erased: 1\n"
        "  default  cand-7  last activity 2026-11-14 08:30 UTC\n"
        "reports that would be discarded, which fitted no message: 0\n"
        "unreadable parts that would be discarded: 0"
    )
    assert "candidates erased: 1" in str(apply(ledger))
    with pytest.raises(UnknownCandidate):
        ledger.candidate_emails.confirm("cand-7", by="rec-3")
