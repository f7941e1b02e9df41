"""What somebody who watches the ledger is told, and what never."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.telemetry import COUNTERS, HISTOGRAMS, SPANS
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome, Quarantined
from deliveryledger.errors import ConcurrentChange, UnknownCandidate
from deliveryledger.testing import ADDRESS, claim
from tests.application.world import Clock, about, reading, send, tell


class Watching:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.counted = Counter[tuple[str, ...]]()
        self.measured: list[tuple[str, float]] = []
        self.spans: list[str] = []
        self.said: list[object] = []

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, str | int]) -> Iterator[None]:
        self.spans.append(name)
        self.said += attributes.values()
        yield

    def count(self, name: str, number: int, attributes: Mapping[str, str]) -> None:
        self.counted[(name.removeprefix("deliveryledger."), *attributes.values())] += number
        self.said += attributes.values()

    def measure(self, name: str, value: float, attributes: Mapping[str, str]) -> None:
        assert value >= 0
        self.measured.append((name, value))
        self.said += attributes.values()


@pytest.fixture
def watching() -> Watching:
    return Watching()


@pytest.fixture
def watched(clock: Clock, watching: Watching) -> Iterator[Ledger]:
    with Ledger.open(":memory:", clock=clock, telemetry=watching) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, name="Ada Lovelace", by="rec-3")
        send(ledger, "cand-7", "msg-1")
        yield ledger


def test_facts_are_counted_by_outcome_and_provider(watched: Ledger, watching: Watching, clock: Clock) -> None:
    reports = [
        about("msg-1", Outcome.DELIVERED, clock.move(minutes=1)),
        about("msg-1", Outcome.BOUNCED, clock.move(minutes=1), reason=FailureReason.MAILBOX_UNKNOWN),
        about("msg-1", Outcome.COMPLAINED, clock.move(minutes=1)),
        claim(Outcome.BOUNCED, clock.now, provider_message_id="never-sent", recipient="grace@navy.example"),
    ]
    tell(watched, *reports)
    assert watching.counted == {
        ("reports", "delivered", "postmark"): 1,
        ("reports", "bounced", "hard", "postmark"): 1,
        ("reports", "complained", "postmark"): 1,
        ("reports.unmatched", "postmark"): 1,
        ("suppressions", "hard_bounce"): 1,
        ("suppressions", "complaint"): 1,
        ("incidents", "hard_bounce"): 1,
    }
    assert ("deliveryledger.record.reports", 4) in watching.measured


def test_repeats_are_counted_apart(watched: Ledger, watching: Watching, clock: Clock) -> None:
    report = about("msg-1", Outcome.DELIVERED, clock.move(minutes=1))
    recordings = [tell(watched, report) for _ in range(3)]
    assert sum(recording.repeats for recording in recordings) == 2
    assert watching.counted == {("reports", "delivered", "postmark"): 1, ("reports.repeated", "postmark"): 2}


def test_a_request_that_comes_again_is_as_many_repeats(
    watched: Ledger, watching: Watching, clock: Clock
) -> None:
    body = reading(about("msg-1", Outcome.DELIVERED, clock.move(minutes=1)), content="digest")
    watched.record(body)
    watched.record(body)
    assert watching.counted["reports.repeated", "postmark"] == 1


def test_what_cannot_be_read_is_counted(watched: Ledger, watching: Watching) -> None:
    watched.record(reading(quarantined=(Quarantined(why="it is no JSON", raw=b"{"),)))
    assert watching.counted == {("reports.quarantined", "postmark"): 1}


def test_the_word_of_the_ats_is_no_report(watched: Ledger, watching: Watching) -> None:
    assert watching.counted == {}


def test_commands_are_counted_too(watched: Ledger, watching: Watching) -> None:
    watched.suppression_filters.suppress("grace@navy.example", by="sup-1")
    assert watching.counted == {("suppressions", "manual"): 1}


def test_what_is_rolled_back_is_not_counted(watched: Ledger, watching: Watching) -> None:
    with pytest.raises(UnknownCandidate):
        watched.messages.register("cand-9", sender="rec-3", subject="Interview")
    assert watching.counted == {}


def test_a_conflict_counts_once_for_each_new_beginning(watched: Ledger, watching: Watching) -> None:
    attempts = []

    def work(unit: object) -> str:
        attempts.append(unit)
        if len(attempts) < 3:
            raise ConcurrentChange("append", "somebody was faster", "begin again")
        return "done"

    assert watched._services.transact(work) == "done"
    assert watching.counted == {("conflicts.retried",): 2}


def test_spans_lie_around_the_work(watched: Ledger, watching: Watching, clock: Clock) -> None:
    watched.bell("rec-3")
    watching.spans.clear()
    tell(watched, about("msg-1", Outcome.DELIVERED, clock.move(minutes=1)))
    assert watching.spans == ["deliveryledger.record", "deliveryledger.transact"]
    watched.bell("rec-3")
    watched.bell("rec-3")  # there is nothing to catch up with
    watched.rebuild()
    assert watching.spans[2:] == ["deliveryledger.catch_up", "deliveryledger.rebuild"]
    assert set(watching.spans) <= set(SPANS)


def test_everything_that_is_told_is_listed(watched: Ledger, watching: Watching, clock: Clock) -> None:
    tell(watched, about("msg-1", Outcome.DELIVERED, clock.move(minutes=1)))
    assert {name for name, _ in watching.measured} == set(HISTOGRAMS)
    assert {f"deliveryledger.{key[0]}" for key in watching.counted} <= set(COUNTERS)


def test_nothing_personal_is_told(watched: Ledger, watching: Watching, clock: Clock) -> None:
    for outcome in Outcome:
        tell(watched, about("msg-1", outcome, clock.move(minutes=1), diagnostic=f"no {ADDRESS}"))
    words = {"cand-7", "msg-1", "rec-3", "p-msg-1", ADDRESS, "Ada Lovelace", "Interview", "default"}
    assert not words & {str(said) for said in watching.said}
    assert all("@" not in str(said) for said in watching.said)


def test_a_bound_ledger_is_watched_as_well(tmp_path: Path, watching: Watching) -> None:
    with Ledger.open(tmp_path / "ledger.db", telemetry=watching) as ledger:
        ledger.tenant("acme").suppression_filters.suppress("grace@navy.example", by="sup-1")
    assert watching.counted == {("suppressions", "manual"): 1}
