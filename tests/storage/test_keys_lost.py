"""Keys that are lost for good: they stop everybody until somebody gives them up, and says who."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.personal import ERASED
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import InvalidIdentifier, SubjectKeyMissing
from deliveryledger.testing import ADDRESS, claim
from tests.application.world import Clock, send, tell
from tests.storage.backups import NAME, make, opened

QUESTIONS: list[Callable[[Ledger], object]] = [
    lambda ledger: ledger.candidate_card("cand-7"),
    lambda ledger: ledger.candidate_card("cand-8"),
    lambda ledger: ledger.activity("cand-7"),
    lambda ledger: ledger.export("cand-8"),
    lambda ledger: list(ledger.history()),
    lambda ledger: ledger.erase("cand-8", by="dpo-1"),
    lambda ledger: ledger.rebuild(),
]


def in_keys(path: Path, statement: str) -> list[tuple[object, ...]]:
    """What somebody does to the key store by hand."""
    connection = sqlite3.connect(f"{path}.keys", isolation_level=None)
    rows = connection.execute(statement).fetchall()
    connection.close()
    return rows


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path, clock: Clock) -> Path:
    """Ada and Grace; Ada's key is lost, and the views have to be computed anew."""
    path = make(tmp_path / "live" / "ledger.db", clock)
    (ada,) = in_keys(path, "SELECT subject FROM subject_keys")[0]
    with opened(path, clock) as ledger:
        ledger.candidate_emails.register("cand-8", "grace@navy.example", name="Grace", by="rec-3")
        send(ledger, "cand-8", "msg-8")
        tell(ledger, claim(Outcome.BOUNCED, provider_message_id="p-msg-1"))
    in_keys(path, f"DELETE FROM subject_keys WHERE subject = '{ada}'")
    for views in path.parent.glob("*.views-*"):
        views.unlink()
    return path


def test_one_key_that_is_missing_stops_everybody_and_the_remedy_names_the_way_out(
    path: Path, clock: Clock
) -> None:
    with opened(path, clock) as ledger:
        for ask in QUESTIONS:
            with pytest.raises(SubjectKeyMissing, match=r"newer backup.*give_up_missing\(\)"):
                ask(ledger)
        assert ledger.keys.missing() == 1


def test_what_is_given_up_reads_as_erased_and_everything_else_works_again(path: Path, clock: Clock) -> None:
    with opened(path, clock) as ledger:
        assert ledger.keys.give_up_missing(by="dpo-1") == 1
        assert ledger.candidate_card("cand-7").name == ERASED
        assert ledger.candidate_card("cand-8").name == "Grace"
        for ask in QUESTIONS:
            ask(ledger)
        assert (ledger.keys.missing(), ledger.keys.give_up_missing(by="dpo-2")) == (0, 0)
        assert ledger.verify()
        send(ledger, "cand-7", "msg-2")  # what comes late about somebody who is lost
        ledger.candidate_emails.register("cand-9", ADDRESS, name="Joan", by="rec-3")
        assert ledger.candidate_card("cand-9").name == "Joan"
        assert ledger.erase("cand-7", by="dpo-1").erased
    assert in_keys(path, 'SELECT "by", at FROM given_up') == [("dpo-1", clock.now.isoformat())]


def test_lost_keys_are_counted_apart_from_destroyed_ones(path: Path, clock: Clock) -> None:
    with opened(path, clock) as ledger:
        before = ledger.keys.status()
        assert "lost" not in str(before)
        ledger.keys.give_up_missing(by="dpo-1")
        status = ledger.keys.status()
        assert (status.lost_keys, status.destroyed_keys) == (1, before.destroyed_keys)
        assert f"{status.live_keys} live, {status.destroyed_keys} destroyed, 1 lost" in str(status)


def test_only_evidence_may_name_somebody(path: Path, clock: Clock) -> None:
    log = sqlite3.connect(path)
    with log:
        log.execute(
            "INSERT INTO raw_evidence (stream, digest, subject, report_id, provider, account, source, "
            "received_at, sealed) VALUES ('message-default:x', x'', ?, 'r', 'p', 'main', 'webhook', '', x'')",
            ("0" * 32,),
        )
    log.close()
    with opened(path, clock) as ledger:
        assert ledger.keys.give_up_missing(by="dpo-1") == 2


def test_of_a_whole_ledger_nothing_is_given_up(tmp_path: Path, clock: Clock) -> None:
    with opened(make(tmp_path / "live" / "ledger.db", clock), clock) as ledger:
        ledger.candidate_emails.register("cand-8", "grace@navy.example", name="Grace", by="rec-3")
        ledger.erase("cand-8", by="dpo-1")
        before = ledger.keys.status()
        assert (ledger.keys.missing(), ledger.keys.give_up_missing(by="dpo-1")) == (0, 0)
        assert ledger.keys.status() == before
        assert ledger.candidate_card("cand-7").name == NAME


def test_who_gives_up_is_an_id(path: Path, clock: Clock) -> None:
    with opened(path, clock) as ledger:
        for wrong in ("", "dpo@example.org"):
            with pytest.raises(InvalidIdentifier):
                ledger.keys.give_up_missing(by=wrong)
        assert ledger.keys.missing() == 1
