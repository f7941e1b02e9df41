"""Opening a ledger looks for erasures; one that was tampered with must not hide from verify."""

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import DeliveryLedgerError, LedgerCorrupt

ERASURE = "candidate_email-default:cand-7@2"
TAMPERINGS = {
    "no JSON": "data = x'7b22'",
    "no event": """data = CAST('{"recorded_at":"2026-11-14T08:32:07.123456Z","x":1}' AS BLOB)""",
    "another person": "data = CAST(replace(CAST(data AS TEXT), 'cand-7', 'cand-8') AS BLOB)",
    "another event": "name = 'EmailConfirmed'",
    "an unknown event": "name = 'NothingOfOurs'",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        for candidate in ("cand-7", "cand-8"):
            ledger.candidate_emails.register(candidate, f"{candidate}@example.org", by="rec-3")
        ledger.erase("cand-7", by="dpo")
        ledger.candidate_card("cand-8")
        (tmp_path / "checkpoint").write_text(ledger.audit.checkpoint())
    return path


@pytest.mark.parametrize("views", ["kept", "gone"])
@pytest.mark.parametrize("what", TAMPERINGS)
def test_it_is_named(path: Path, what: str, views: str) -> None:
    intruder = sqlite3.connect(path, isolation_level=None)
    intruder.execute("DROP TRIGGER ledger_events_are_never_changed")
    intruder.execute(f"UPDATE ledger_events SET {TAMPERINGS[what]} WHERE name = 'PersonalDataErased'")
    intruder.close()
    if views == "gone":
        for file in path.parent.glob("*.views-*"):
            file.unlink()
    with Ledger.open(path) as ledger:
        verification = ledger.verify([path.with_name("checkpoint").read_text()])
        assert not verification
        assert verification.findings[0].event == ERASURE
        # Whatever else is asked: an answer, or an error of ours; never what was erased.
        try:
            answer = str(ledger.candidate_card("cand-7"))
        except DeliveryLedgerError as error:
            answer = str(error)
        assert "cand-7@example.org" not in answer


def insert(path: Path, row: tuple[object, ...]) -> None:
    """As an intruder does who can write the log and has no key."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as intruder:
        intruder.execute("INSERT INTO ledger_events VALUES (?, ?, ?, ?, ?)", row)


def forged(candidate: str, subjects: list[str]) -> bytes:
    """An erasure as it is stored, but for its authentication."""
    at = {"recorded_at": "2036-11-14T08:32:07.123456Z", "occurred_at": "2026-11-14T08:32:07Z"}
    named = {"candidate_id": candidate, "requested_by": "dpo", "subjects": subjects, "filter_entries": []}
    return json.dumps({**at, **named}, separators=(",", ":")).encode()


@pytest.mark.parametrize("authentication", [None, "", "0" * 32, "of another"])
def test_a_forged_one_destroys_no_key(path: Path, authentication: str | None) -> None:
    with contextlib.closing(sqlite3.connect(path)) as intruder:
        rows = intruder.execute("SELECT name, data FROM ledger_events").fetchall()
    events = [(name, json.loads(data)) for name, data in rows]
    subjects = [fields["data_subject"] for _, fields in events if "data_subject" in fields]
    fields = json.loads(forged("cand-8", subjects))
    genuine = next(fields["authentication"] for name, fields in events if name == "PersonalDataErased")
    fields["authentication"] = genuine if authentication == "of another" else authentication
    data = json.dumps(fields, separators=(",", ":")).encode()
    insert(path, (None, "candidate_email-default:cand-8", 2, "PersonalDataErased", data))
    with Ledger.open(path) as ledger:
        ledger.rebuild()
        opened = {e.stream: e.event for e in ledger.history() if e.version == 1}
        assert opened["candidate_email-default:cand-8"].address == "cand-8@example.org"
        assert ledger.keys.status().live_keys == 1


@pytest.mark.parametrize("views", ["kept", "gone"])
def test_one_of_nobody_does_not_keep_the_ledger_closed(path: Path, views: str) -> None:
    insert(path, (None, "candidate_email-default:nobody", 1, "PersonalDataErased", forged("nobody", [])))
    if views == "gone":
        for file in path.parent.glob("*.views-*"):
            file.unlink()
    with Ledger.open(path) as ledger:
        assert ledger.verify()
        with pytest.raises(LedgerCorrupt):
            ledger.candidate_card("cand-8")


@pytest.mark.parametrize("position", [0, -1, -(2**62)])
def test_an_event_before_the_first_position_is_named_and_changes_nothing(path: Path, position: int) -> None:
    with Ledger.open(path) as ledger:
        ledger.suppression_filters.suppress("x@example.org", by="sup-1")
        stream = f"suppression_filter-default:{ledger._services.log.digests.address_key('x@example.org')}"
        checkpoint = ledger.audit.checkpoint()
    lifted = {"recorded_at": "2026-11-14T08:32:07.123456Z", "occurred_at": "2036-11-14T08:32:07Z"}
    lifted |= {"scope": "default", "address_key": stream.rpartition(":")[2], "by": "a", "causes": ["manual"]}
    insert(
        path, (position, stream, 2, "SuppressionLifted", json.dumps(lifted, separators=(",", ":")).encode())
    )
    with Ledger.open(path) as ledger:
        verification = ledger.verify([checkpoint])
        assert [(f.kind, f.event) for f in verification.findings] == [("inserted", f"{stream}@2")]
        assert not ledger.suppression_filters.may_send("x@example.org")
