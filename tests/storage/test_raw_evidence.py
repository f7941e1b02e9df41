"""What reports were read from: sealed, split by person, gone with the key, moved when a report is matched."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.application.ports import RawEvidence
from deliveryledger.application.recording import Recording
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.errors import SealBroken
from deliveryledger.testing import ADDRESS
from tests.application.failures import FULL, UNKNOWN, event, misread, read, sent
from tests.application.world import Clock, shown

GRACE = "grace@navy.example"
SECRET_WORD = "xylophone"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    """Ada and Grace have one message each."""
    with Ledger.open(tmp_path / "ledger.db", clock=clock) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        ledger.candidate_emails.register("cand-8", GRACE, by="rec-3")
        sent(ledger, "sg-1")
        sent(ledger, "sg-2", candidate="cand-8")
        clock.move(minutes=5)
        yield ledger


def kept(ledger: Ledger, **asked: int) -> list[RawEvidence]:
    return list(ledger._services.log.evidence(**asked))


def rows(path: Path, statement: str = "SELECT stream, sealed FROM raw_evidence ORDER BY id") -> list[tuple]:
    connection = sqlite3.connect(path / "ledger.db", isolation_level=None)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def batch(clock: Clock, **fields: str):
    """One request about both of them."""
    words = {**FULL, "reason": f"452 4.2.2 mailbox full {SECRET_WORD}", **fields}
    return read(clock.now, event(clock.now, **words), event(clock.now, "sg-2", to=GRACE, **words))


def test_each_report_leaves_the_bytes_it_was_read_from_and_nothing_of_others(ledger: Ledger, clock: Clock):
    ledger.record(batch(clock))
    ada, grace = kept(ledger)
    assert (ada.stream, grace.stream) == ("message-default:m-sg-1", "message-default:m-sg-2")
    assert json.loads(ada.raw) == event(clock.now, **FULL) | {"reason": json.loads(ada.raw)["reason"]}
    assert GRACE.encode() not in ada.raw
    assert ADDRESS.encode() not in grace.raw
    assert (ada.provider, ada.account, ada.source, ada.received_at) == (
        "sendgrid", "main", "webhook", clock.now,
    )  # fmt: skip
    recorded = [e.event for e in ledger.history() if hasattr(e.event, "rule")]
    assert [e.report_id for e in recorded] == [ada.report_id, grace.report_id]
    assert ada.subject == recorded[0].data_subject != grace.subject


def test_nothing_of_it_is_in_the_files_in_clear(ledger: Ledger, clock: Clock, tmp_path: Path):
    ledger.record(batch(clock))
    ledger.record(read(clock.now, event(clock.now, "nobody-knows", to="else@where.example", **UNKNOWN)))
    for path in tmp_path.glob("ledger.db*"):
        if ".views-" not in path.name:
            content = path.read_bytes().lower()
            for text in (SECRET_WORD, "navy.example", "where.example", "sg_message_id", "gmial"):
                assert text.encode() not in content, (path.name, text)


def test_the_same_bytes_are_kept_once_and_others_beside_them(ledger: Ledger, clock: Clock):
    assert ledger.record(batch(clock)) == Recording(facts=2)
    assert ledger.record(batch(clock)) == Recording(repeats=2)
    assert len(kept(ledger)) == 2
    # A resend that tells nothing new brings other bytes: better rules may see more in them.
    assert ledger.record(batch(clock, sg_event_id="another")) == Recording(repeats=2)
    assert len(kept(ledger)) == 4


def test_pages_go_on_where_the_last_one_ended(ledger: Ledger, clock: Clock):
    ledger.record(batch(clock))
    (first,) = kept(ledger, limit=1)
    (second,) = kept(ledger, limit=1, after=first.number)
    assert (first.stream, second.stream) == ("message-default:m-sg-1", "message-default:m-sg-2")
    assert kept(ledger, after=second.number) == []
    assert ledger._services.log.last_evidence() == second.number
    of_grace = ledger._services.log.evidence(streams=[second.stream, "message-default:none"])
    assert list(of_grace) == [second]


def test_a_policy_switches_it_off(tmp_path: Path, clock: Clock):
    with Ledger.open(":memory:", clock=clock, policies=Policies(keep_raw_evidence=False)) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        sent(ledger, "sg-1")
        ledger.record(batch(clock))
        assert kept(ledger) == []


def test_what_is_not_recorded_leaves_nothing(ledger: Ledger, clock: Clock):
    ignored = [event(clock.now, name="open"), event(clock.now, name="click"), event(clock.now, name="odd")]
    assert ledger.record(read(clock.now, *ignored)).ignored == 3
    assert kept(ledger) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE raw_evidence SET sealed = (SELECT sealed FROM raw_evidence WHERE id = 2) WHERE id = 1",
        "UPDATE raw_evidence SET report_id = 'x' WHERE id = 1",
        "UPDATE raw_evidence SET provider = 'postmark' WHERE id = 1",
        "UPDATE raw_evidence SET received_at = '2020-01-01T00:00:00+00:00' WHERE id = 1",
        "UPDATE raw_evidence SET sealed = x'00' WHERE id = 1",
    ],
)
def test_a_row_that_was_altered_or_moved_does_not_open(
    ledger: Ledger, clock: Clock, tmp_path: Path, change: str
):
    ledger.record(batch(clock))
    rows(tmp_path, change)
    with pytest.raises(SealBroken):
        kept(ledger)


@pytest.mark.parametrize("raw", [b"", b"x" * 63, b"x" * 64, b"\x00", b"a\x80\x00", b" \n ", b"\xff" * 200])
def test_any_bytes_come_back_exactly(ledger: Ledger, clock: Clock, raw: bytes):
    (report,) = read(clock.now, event(clock.now)).reports
    ledger.record(read(clock.now).model_copy(update={"reports": (report.with_raw(raw),)}))
    assert [evidence.raw for evidence in kept(ledger)] == [raw]


def test_it_is_gone_with_the_key_and_later_reports_leave_none(ledger: Ledger, clock: Clock, tmp_path: Path):
    ledger.record(batch(clock))
    ledger.erase("cand-7", by="dpo")
    assert [evidence.stream for evidence in kept(ledger)] == ["message-default:m-sg-2"]
    ledger.record(batch(clock, sg_event_id="another"))
    assert {stream for stream, _ in rows(tmp_path)} == {"message-default:m-sg-2"}
    assert ledger.reclassify(by="op-1", record=True).changes == ()


def test_a_destroyed_key_is_enough(ledger: Ledger, clock: Clock, tmp_path: Path):
    ledger.record(batch(clock))
    ada, grace = kept(ledger)
    ledger._services.log._keys.destroy([ada.subject], clock.now)
    assert len(rows(tmp_path)) == 2
    assert kept(ledger) == kept(ledger, limit=1) == [grace]


# --- reports that wait ------------------------------------------------------------------------------


@pytest.fixture
def waiting(ledger: Ledger, clock: Clock) -> Ledger:
    """A bounce of a message that was not submitted yet, falsely read as soft."""
    early = read(clock.now, event(clock.now, "sg-3", **UNKNOWN))
    assert ledger.record(misread(early, FailureReason.UNDETERMINED)).unmatched == 1
    return ledger


def test_what_waits_is_sealed_under_a_key_of_its_own(waiting: Ledger):
    (evidence,) = kept(waiting)
    (kept_report,) = waiting._services.log.load([evidence.stream])[evidence.stream]
    assert evidence.stream.startswith("intake-main:")
    assert evidence.subject == kept_report.data_subject  # type: ignore[attr-defined]


def test_it_moves_when_the_report_is_matched(waiting: Ledger, tmp_path: Path):
    (before,) = kept(waiting)
    sent(waiting, "sg-3")
    (after,) = kept(waiting)
    assert (after.stream, after.raw) == ("message-default:m-sg-3", before.raw)
    (registered,) = waiting._services.log.load(["candidate_email-default:cand-7"]).values()
    assert after.subject == registered[0].data_subject
    assert waiting._services.log._keys.destroyed([before.subject, after.subject]) == {before.subject}
    # It is evidence of the message like any other.
    assert shown(waiting, "m-sg-3").status == "soft_bounced"
    (change,) = waiting.reclassify(by="op-1", record=True).changes
    assert change.after is not None
    assert change.after.reason == "mailbox_unknown"


def test_to_try_again_reads_it_by_the_present_rules(ledger: Ledger, clock: Clock):
    ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="m-1")
    vague = read(clock.now, event(clock.now, "sg-9", **UNKNOWN))
    vague = misread(vague, FailureReason.UNDETERMINED)
    of_nobody = vague.reports[0]._replace(recipient=None, message_id="m-2")
    ledger.record(vague.model_copy(update={"reports": (of_nobody,)}))
    assert ledger.intake.retry() == Recording(unmatched=1)
    sent_as = {"provider": "sendgrid", "provider_message_id": "sg-9"}
    ledger.messages.mark_submitted("m-1", **sent_as)
    assert shown(ledger, "m-1").status == "submitted", "without a recipient it waits for certainty"
    assert ledger.intake.retry() == Recording(facts=1)
    assert shown(ledger, "m-1").reason == "mailbox_unknown"
    assert not ledger.suppression_filters.may_send(ADDRESS)
    assert [e.stream for e in kept(ledger)] == ["message-default:m-1"]


def test_what_is_discarded_leaves_no_evidence(waiting: Ledger, tmp_path: Path):
    (report,) = waiting.intake.unmatched()
    waiting.intake.discard(report.id, by="sup-1", why="not ours")
    assert rows(tmp_path) == []


# --- all or nothing ---------------------------------------------------------------------------------

_KILLED = """
import os, sys
from datetime import timedelta
from deliveryledger import Ledger
from deliveryledger.storage.transaction import SqliteTransaction
from tests.application.failures import UNKNOWN, event, read
from deliveryledger.testing import AT_REGISTRATION

def killed(transaction, changes, append=SqliteTransaction.append):
    append(transaction, changes)
    os._exit(9)

at = AT_REGISTRATION + timedelta(minutes=6)
with Ledger.open(sys.argv[1], clock=lambda: at) as ledger:
    SqliteTransaction.append = killed
    ledger.record(read(at, event(at, **UNKNOWN)))
"""


def test_a_kill_before_the_commit_leaves_neither_fact_nor_evidence(waiting: Ledger, tmp_path: Path):
    before, position = kept(waiting), waiting.status().last_position
    command = [sys.executable, "-c", _KILLED, str(tmp_path / "ledger.db")]
    assert subprocess.run(command, check=False, timeout=60).returncode == 9
    assert (kept(waiting), waiting.status().last_position) == (before, position)
    assert len(waiting.intake.unmatched()) == 1
