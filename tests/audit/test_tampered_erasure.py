"""Opening a ledger looks for erasures; one that was tampered with must not hide from verify."""

import sqlite3
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import DeliveryLedgerError

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
