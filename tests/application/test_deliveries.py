"""Level one of deduplication: the same request again is a repeat as a whole, and nothing rests on it."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.deliveries import REMEMBERED
from deliveryledger.application.policies import Policies
from deliveryledger.application.recording import Recording, record
from deliveryledger.application.retention import RetentionPolicy
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome, Quarantined, Reading, Source
from deliveryledger.errors import ReplayRefused
from deliveryledger.testing import ADDRESS, claim
from tests.application.world import Clock, about, reading, send, shown

HARD = {"reason": FailureReason.MAILBOX_UNKNOWN}


@pytest.fixture
def sent(ledger: Ledger, clock: Clock) -> Ledger:
    send(ledger, "cand-7", "msg-1")
    clock.move(minutes=5)
    return ledger


def request(*reports: DeliveryReport, **fields: Any) -> Reading:
    return reading(*reports, **{"content": "digest of the body", **fields})


def delivered(at: Any, **fields: Any) -> DeliveryReport:
    return about("msg-1", Outcome.DELIVERED, at, **fields)


def count_of_deliveries(ledger: Ledger) -> int:
    with ledger._services.log._connections.read("count") as connection:  # type: ignore[attr-defined]
        return int(connection.execute("SELECT count(*) FROM deliveries").fetchone()[0])


def test_the_same_request_is_a_repeat_as_a_whole_whatever_is_read_in_it_now(sent: Ledger, clock: Clock):
    assert sent.record(request(delivered(clock.now), delivered(clock.now))).facts == 1
    # A report without a time of its own would be a later delivery, and so a new fact.
    later = delivered(clock.move(minutes=1))
    assert sent.record(request(later, later)) == Recording(repeats=2)
    assert sent.record(request(later, content="another body")) == Recording(facts=1)


@pytest.mark.parametrize(
    "other",
    [{"provider": "sendgrid"}, {"account": "bulk"}, {"source": Source.DSN}, {"content": None}],
    ids=["provider", "account", "a mail", "no body"],
)
def test_only_a_request_of_the_same_account_is_the_same(sent: Ledger, clock: Clock, other: dict[str, Any]):
    sent.record(request(delivered(clock.now)))
    assert sent.record(request(delivered(clock.move(minutes=1)), **other)) == Recording(facts=1)


def test_what_a_tenant_was_handed_in_vain_another_one_is_handed_anew(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    bounce = request(claim(Outcome.BOUNCED, clock.now, provider_message_id="p-msg-1", **HARD))
    assert ledger.tenant("globex").record(bounce).unmatched == 1
    assert ledger.tenant("default").record(bounce).facts == 1


def test_the_parts_of_a_reading_that_was_divided_are_all_recorded(sent: Ledger, clock: Clock):
    whole = request(delivered(clock.now), about("msg-1", Outcome.COMPLAINED, clock.now))
    parts = [whole.model_copy(update={"reports": (report,)}) for report in whole.reports]
    assert [sent.record(part).facts for part in parts] == [1, 1]
    assert [sent.record(part).repeats for part in parts] == [1, 1]


def test_what_came_before_its_message_is_applied_once_the_message_is_known(ledger: Ledger, clock: Clock):
    bounce = request(claim(Outcome.BOUNCED, clock.now, provider_message_id="p-msg-1", **HARD))
    assert ledger.record(bounce) == Recording(unmatched=1)
    assert ledger.record(bounce) == Recording(repeats=1)
    send(ledger, "cand-7", "msg-1")
    assert shown(ledger, "msg-1").status == "hard_bounced"
    assert ledger.record(bounce) == Recording(repeats=1)


def test_nothing_of_an_erased_person_comes_back_with_the_request(ledger: Ledger, clock: Clock):
    bounce = request(claim(Outcome.BOUNCED, clock.now, provider_message_id="p-msg-1", **HARD))
    ledger.record(bounce)
    ledger.erase("cand-7", by="dpo")
    assert ledger.record(bounce) == Recording(repeats=1)
    assert ledger.intake.unmatched() == ()


def test_what_could_not_be_read_may_come_again_and_be_read(sent: Ledger, clock: Clock):
    poison = Quarantined(why="not readable", raw=b"{")
    assert sent.record(request(delivered(clock.now), quarantined=(poison,))).quarantined == 1
    assert sent.record(request(delivered(clock.now), quarantined=(poison,))).repeats == 2
    read_by_a_later_version = request(delivered(clock.now), about("msg-1", Outcome.COMPLAINED, clock.now))
    assert sent.record(read_by_a_later_version) == Recording(facts=1, repeats=1)


def test_a_request_that_left_nothing_is_not_remembered(clock: Clock):
    with Ledger.open(":memory:", clock=clock) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        send(ledger, "cand-7", "msg-1")
        opened = request(about("msg-1", Outcome.OPENED, clock.now))
        assert ledger.record(opened) == ledger.record(opened) == Recording(ignored=1)
        assert count_of_deliveries(ledger) == 0
        ledger.record(request(delivered(clock.now)))
        assert count_of_deliveries(ledger) == 1


def test_a_named_delivery_and_its_content_are_both_known_again(sent: Ledger, clock: Clock):
    assert sent.record(request(delivered(clock.now)), delivery_key="file-1").facts == 1
    later = delivered(clock.move(minutes=1))
    assert sent.record(request(later), delivery_key="file-2") == Recording(repeats=1)
    assert sent.was_delivered("file-2")
    assert sent.record(request(later)) == Recording(repeats=1)


def test_neither_address_nor_body_is_in_what_is_remembered(sent: Ledger, clock: Clock):
    sent.record(request(delivered(clock.now), content="ada@gmial.com in a body"))
    with sent._services.log._connections.read("look") as connection:  # type: ignore[attr-defined]
        (row,) = connection.execute("SELECT key, content, seen_on FROM deliveries").fetchall()
    assert len(row[0]) == 32
    assert row[1:] == ("", clock.now.date().isoformat())


# --- how long -----------------------------------------------------------------------------------------


def test_requests_and_replay_keys_are_forgotten_when_none_can_come_back(sent: Ledger, clock: Clock):
    policy = RetentionPolicy()
    sent.record(request(delivered(clock.now)))
    sent.record(request(delivered(clock.now), replay_key="mailgun/main/t", content="c"))
    sent.record(reading(delivered(clock.now)), delivery_key="file-1")
    clock.move(days=REMEMBERED.days)
    sent.apply_retention(policy, by="dpo", dry_run=False)
    assert count_of_deliveries(sent) == 3
    clock.move(days=1)
    sent.apply_retention(policy, by="dpo")
    assert count_of_deliveries(sent) == 3
    sent.apply_retention(policy, by="dpo", dry_run=False)
    assert count_of_deliveries(sent) == 1
    assert sent.was_delivered("file-1")
    assert sent.record(request(delivered(clock.now - timedelta(days=31)))) == Recording(repeats=1)


# --- a proof that was moved to another event -----------------------------------------------------------


def replayed(at: Any, outcome: Outcome, content: str) -> Reading:
    reports = (about("msg-1", outcome, at), about("msg-1", Outcome.AUTO_REPLIED, at))
    return reading(*reports, replay_key="mailgun/main/token", content=content)


def test_a_moved_proof_is_refused_and_nothing_of_its_request_recorded(sent: Ledger, clock: Clock):
    assert sent.record(replayed(clock.now, Outcome.DELIVERED, "one")).facts == 2
    before = sent.status().last_position, count_of_deliveries(sent)
    with pytest.raises(ReplayRefused):
        sent.record(replayed(clock.now, Outcome.COMPLAINED, "other"), delivery_key="queue-7")
    assert (sent.status().last_position, count_of_deliveries(sent)) == before
    assert not sent.was_delivered("queue-7")
    assert sent.intake.unmatched() == ()
    assert sent.record(replayed(clock.now, Outcome.DELIVERED, "one")) == Recording(repeats=2)


def test_of_two_bodies_in_flight_with_one_proof_one_is_recorded(tmp_path: Path):
    clock = Clock()
    path = tmp_path / "ledger.db"
    with Ledger.open(path, clock=clock) as first, Ledger.open(path, clock=clock) as second:
        first.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        send(first, "cand-7", "msg-1")
        told = [Outcome.DELIVERED, Outcome.COMPLAINED] * 4
        together = threading.Barrier(len(told))
        results: list[Any] = []

        def tell(ledger: Ledger, outcome: Outcome) -> None:
            together.wait()
            try:
                results.append((outcome, ledger.record(replayed(clock.now, outcome, outcome))))
            except ReplayRefused as refusal:
                results.append((outcome, refusal))

        threads = [
            threading.Thread(target=tell, args=((first, second)[n // 2 % 2], outcome))
            for n, outcome in enumerate(told)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (winner,) = [outcome for outcome, r in results if isinstance(r, Recording) and r.facts]
        of_winner = [r for outcome, r in results if outcome is winner]
        assert sum(r == Recording(repeats=2) for r in of_winner) == 3
        assert all(isinstance(r, ReplayRefused) for outcome, r in results if outcome is not winner)
        assert shown(first, "msg-1").status == {Outcome.COMPLAINED: "complained"}.get(winner, winner)


def test_readings_of_one_unit_of_work_see_one_another(sent: Ledger, clock: Clock):
    policies = Policies()
    one, other = (replayed(clock.now, Outcome.DELIVERED, content) for content in ("one", "other"))
    same = request(delivered(clock.now))

    def twice(*readings: Reading) -> list[Recording]:
        return sent._services.transact(lambda unit: [record(unit, r, policies) for r in readings])

    assert [r.repeats for r in twice(same, same)] == [0, 1]
    with pytest.raises(ReplayRefused):
        twice(one, other)
    assert [r.repeats for r in twice(one, one)] == [1, 2]


def test_a_proof_that_one_account_has_used_is_used_up_for_every_other(sent: Ledger, clock: Clock):
    # Accounts of one customer may share a signing key, so that a token is good at all of their endpoints.
    proof = {"replay_key": "mailgun/token"}
    assert sent.record(request(delivered(clock.now), **proof)).facts == 1
    later = delivered(clock.move(minutes=1))
    assert sent.record(request(later, account="other", **proof)) == Recording(repeats=1)
    with pytest.raises(ReplayRefused):
        sent.record(request(later, account="other", content="another body", **proof))
