"""Tampering with everything on the machine: older copies, forged checkpoints, the audit file, the keys."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.audit.verification import Kind
from deliveryledger.errors import HistoryChanged, InvalidProof
from tests.audit.intruder import (
    ADDRESSED,
    COVERS,
    Cover,
    Crime,
    another_key,
    checkpoint,
    forge,
    kinds,
    populate,
    stolen_key,
)

covers = pytest.mark.parametrize("cover", COVERS)


# --- 7 roll back to an old copy ---------------------------------------------------------------------


def test_an_old_copy_of_everything(crime: Crime, tmp_path: Path) -> None:
    populate(crime.path, range(12, 13))
    old = crime.copy(tmp_path / "old")
    populate(crime.path, range(13, 15))
    crime.notes = [*crime.notes, checkpoint(crime.path)]
    last = crime.ids()[38]
    crime.restore(old)
    verification = crime.verify()
    assert kinds(verification) == [Kind.ROLLED_BACK]
    finding = verification.findings[0]
    assert (finding.place, finding.count, finding.other) == (40, 6, last)


@covers
def test_an_old_copy_of_the_log_alone(crime: Crime, tmp_path: Path, cover: Cover) -> None:
    old = crime.copy(tmp_path / "old")
    populate(crime.path, range(12, 15))
    crime.notes = [*crime.notes, checkpoint(crime.path)]
    names = crime.ids()
    for file in crime.path.parent.glob("deliveries.db-*"):
        file.unlink()
    shutil.copy(old / crime.path.name, crime.path)
    crime.cover_up(cover)
    (finding,) = crime.verify().findings
    assert (finding.kind, finding.place, finding.count) == (Kind.ROLLED_BACK, 37, 9)
    assert finding.event == (names[36] if cover == "leaves the audit file" else None)


# --- 8 rewrite with a forged checkpoint -------------------------------------------------------------

REWRITE = (
    "UPDATE ledger_events SET data = CAST(replace(CAST(data AS TEXT), 'rec-3', 'rec-4') AS BLOB) "
    "WHERE position = 22"
)


@covers
def test_a_rewrite_with_a_checkpoint_of_another_key(crime: Crime, cover: Cover) -> None:
    crime.sql(REWRITE)
    crime.cover_up(cover)
    forged = forge(crime.path, another_key(crime.vkey))
    verification = crime.verify(notes=[crime.notes[0], forged])
    assert Kind.FORGED_CHECKPOINT in kinds(verification)
    assert [verdict.holds for verdict in verification.checkpoints] == [True, False]
    if cover == "leaves the audit file":
        assert verification.findings[0].event == ADDRESSED


@pytest.mark.parametrize("cover", ["deletes it", "computes it anew"])
def test_a_rewrite_with_a_checkpoint_of_the_stolen_key(crime: Crime, cover: Cover) -> None:
    crime.sql(REWRITE)
    crime.cover_up(cover)
    forged = forge(crime.path, stolen_key(crime.path))
    verification = crime.verify(notes=[*crime.notes, forged])
    assert kinds(verification) == [Kind.REWRITTEN, Kind.FORGED_CHECKPOINT]
    assert verification.findings[0].between == (18, 30)
    assert [verdict.holds for verdict in verification.checkpoints] == [True, False, True]


def test_where_every_copy_of_the_checkpoints_was_replaced_too_nothing_shows(crime: Crime) -> None:
    # As the docs say: this is why checkpoints are exported, and why the signing key is best kept elsewhere.
    crime.sql(REWRITE)
    crime.cover_up("computes it anew")
    assert crime.verify(notes=[forge(crime.path, stolen_key(crime.path))])


def test_the_ledger_itself_signs_no_tree_that_does_not_extend_the_last_one(crime: Crime) -> None:
    crime.sql(REWRITE)
    crime.cover_up("computes it anew")
    with Ledger.open(crime.path) as ledger:
        with pytest.raises(HistoryChanged):
            ledger.audit.checkpoint(extending=crime.notes)
        with pytest.raises(HistoryChanged):
            ledger.audit.prove_consistency(crime.notes[1])
        assert ledger.audit.prove_consistency(crime.notes[0])


# --- only the audit file ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        "UPDATE tiles SET hashes = zeroblob(length(hashes)) WHERE level = 0",
        "UPDATE tiles SET hashes = substr(hashes, 1, 64) WHERE level = 0",
        "DELETE FROM tiles",
    ],
)
def test_an_audit_file_that_was_tampered_with_is_told_from_a_log_that_was(crime: Crime, script: str) -> None:
    with closing(sqlite3.connect(crime.path.with_name("deliveries.db.audit"))) as connection:
        connection.executescript(script)
    verification = crime.verify()
    assert kinds(verification) == [Kind.AUDIT_FILE]
    assert verification.covered == 30


def test_a_checkpoint_of_the_key_that_is_kept_inside_is_compared_too(crime: Crime) -> None:
    crime.sql(REWRITE)
    with closing(sqlite3.connect(crime.path.with_name("deliveries.db.audit"))) as connection:
        (kept,) = connection.execute("SELECT checkpoint FROM audit_log").fetchone()
    crime.cover_up("computes it anew")
    with closing(sqlite3.connect(crime.path.with_name("deliveries.db.audit"))) as connection:
        connection.execute("UPDATE audit_log SET checkpoint = ?", (kept,))
        connection.commit()
    verification = crime.verify(notes=[])
    assert kinds(verification) == [Kind.REWRITTEN]
    assert verification.covered == 0


# --- what the owner must bring ----------------------------------------------------------------------


def test_without_checkpoints_it_says_how_little_was_checked(crime: Crime) -> None:
    assert "only internal consistency was checked" in str(crime.verify(notes=[]))


def test_a_key_from_beside_the_ledger_is_named_as_such(crime: Crime) -> None:
    with Ledger.open(crime.path) as ledger:
        verification = ledger.verify(crime.notes)
    assert verification
    assert not verification.key_was_given
    assert "read from beside the ledger" in str(verification)


def test_a_key_of_another_ledger_is_refused(crime: Crime, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    populate(other, range(1))
    note = checkpoint(other)
    with Ledger.open(other) as ledger:
        with pytest.raises(InvalidProof):
            ledger.verify([note], vkey=crime.vkey)
        for use in (
            lambda: ledger.verify(crime.notes),
            lambda: ledger.audit.checkpoint(extending=crime.notes),
            lambda: ledger.audit.prove_consistency(crime.notes[0]),
        ):
            with pytest.raises(InvalidProof, match="that of another log"):
                use()


def test_a_gap_where_nothing_was_signed_or_recorded_is_found(crime: Crime) -> None:
    crime.sql("DELETE FROM ledger_events WHERE stream = 'message-default:msg-11' AND version = 1;")
    crime.cover_up("deletes it")
    with Ledger.open(crime.path) as ledger:
        found = ledger.verify(crime.notes, vkey=crime.vkey)
    assert [(f.kind, f.event) for f in found.findings] == [(Kind.MISSING, "message-default:msg-11@1")]
    assert "message-default:msg-11@2, number 35 of the log, comes after it" in found.findings[0].sentence
