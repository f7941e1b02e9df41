"""Tampering with the log's rows, each kind with the audit file left alone, deleted, and made to fit.

The log has 36 events. One checkpoint was exported at 18, one at 30; six events are covered by none.
"""

import sqlite3
from contextlib import closing

import pytest

from deliveryledger import Ledger
from deliveryledger.audit.verification import Kind
from deliveryledger.errors import HistoryChanged
from tests.audit.intruder import (
    ADDRESSED,
    COVERS,
    REGISTERED,
    RENUMBER,
    SUBMITTED,
    Cover,
    Crime,
    is_bracketed,
    kinds,
    populate,
)

covers = pytest.mark.parametrize("cover", COVERS)


def test_a_ledger_that_nobody_touched_is_whole(crime: Crime) -> None:
    verification = crime.verify()
    assert verification
    assert (verification.events, verification.recorded, verification.covered) == (36, 36, 30)
    assert "No checkpoint covers the 6 after them yet" in str(verification)
    assert crime.ids()[21:24] == [ADDRESSED, REGISTERED, SUBMITTED]


@pytest.mark.parametrize("cover", ["deletes it", "computes it anew"])
def test_the_audit_file_can_be_made_anew(crime: Crime, cover: Cover) -> None:
    crime.cover_up(cover)
    verification = crime.verify()
    assert verification
    assert verification.covered == 30


# --- 1 alter ----------------------------------------------------------------------------------------


@covers
@pytest.mark.parametrize("place", [23, 24])
def test_an_altered_event(crime: Crime, cover: Cover, place: int) -> None:
    # 23 has sealed fields, 24 a sealed provider id; what is altered stands in clear.
    crime.sql(
        "UPDATE ledger_events SET data = CAST(replace(CAST(data AS TEXT), 'msg-7', 'msg-8') AS BLOB) "
        f"WHERE position = {place}"
    )
    crime.cover_up(cover)
    verification = crime.verify()
    assert not verification
    if cover == "leaves the audit file":
        assert kinds(verification) == [Kind.ALTERED]
        assert (verification.findings[0].event, verification.findings[0].place) == (
            crime.ids()[place - 1],
            place,
        )
    else:
        assert is_bracketed(verification)


@covers
def test_an_event_whose_sealed_bytes_were_altered(crime: Crime, cover: Cover) -> None:
    crime.sql(
        "UPDATE ledger_events SET data = CAST("
        'replace(CAST(data AS TEXT), \'"sealed":"\', \'"sealed":"AAAA\') AS BLOB) WHERE position = 23'
    )
    crime.cover_up(cover)
    verification = crime.verify()
    assert verification.findings[0].kind is Kind.ALTERED
    assert (verification.findings[0].event, verification.findings[0].place) == (REGISTERED, 23)
    assert (len(verification.findings) == 1) == (cover == "leaves the audit file")


@covers
def test_an_event_that_was_given_another_version(crime: Crime, cover: Cover) -> None:
    crime.sql("UPDATE ledger_events SET version = 3 WHERE position = 24")
    crime.cover_up(cover)
    finding = crime.verify().findings[0]
    if cover == "leaves the audit file":
        assert (finding.kind, finding.event) == (Kind.ALTERED, SUBMITTED)
        assert finding.other == "message-default:msg-7@3"
    else:  # its sealed fields are bound to the version
        assert (finding.kind, finding.event) == (Kind.ALTERED, "message-default:msg-7@3")


def test_an_event_altered_by_replace_without_recursive_triggers(crime: Crime) -> None:
    with closing(sqlite3.connect(crime.path, isolation_level=None)) as connection:
        # With the triggers in place: the conflict deletes the old row, and no trigger fires for that.
        connection.execute(
            "INSERT OR REPLACE INTO ledger_events SELECT position, stream, version, name, "
            "CAST(replace(CAST(data AS TEXT), 'rec-3', 'rec-4') AS BLOB) FROM ledger_events "
            "WHERE position = 23"
        )
    finding = crime.verify().findings[0]
    assert (finding.kind, finding.event, finding.place) == (Kind.ALTERED, REGISTERED, 23)


# --- 2 delete ---------------------------------------------------------------------------------------


@covers
@pytest.mark.parametrize("renumbered", [True, False])
def test_a_deleted_event(crime: Crime, cover: Cover, renumbered: bool) -> None:
    crime.sql("DELETE FROM ledger_events WHERE position = 23;")
    if renumbered:
        with closing(sqlite3.connect(crime.path)) as connection:
            connection.executescript(RENUMBER.format(place=24, by=-1))
    crime.cover_up(cover)
    verification = crime.verify()
    # Even without the recorded hashes: the message goes on with version 2.
    assert verification.findings[0].kind is Kind.MISSING
    assert verification.findings[0].event == REGISTERED
    if cover == "leaves the audit file":
        assert kinds(verification) == [Kind.MISSING]
        assert verification.findings[0].place == 23
    else:
        assert is_bracketed(verification)


@covers
def test_the_last_event_of_a_stream_deleted(crime: Crime, cover: Cover) -> None:
    crime.sql("DELETE FROM ledger_events WHERE position = 24;")
    crime.cover_up(cover)
    verification = crime.verify()
    if cover == "leaves the audit file":
        assert kinds(verification) == [Kind.MISSING]
        assert (verification.findings[0].event, verification.findings[0].place) == (SUBMITTED, 24)
    else:  # the log itself does not give it away
        assert kinds(verification) == [Kind.REWRITTEN]
        assert is_bracketed(verification)


def test_several_deleted_events_are_counted(crime: Crime) -> None:
    crime.sql("DELETE FROM ledger_events WHERE position IN (22, 23, 24);")
    (finding,) = crime.verify().findings
    assert (finding.kind, finding.event, finding.count) == (Kind.MISSING, ADDRESSED, 3)


# --- 3 cut the tail ---------------------------------------------------------------------------------


@covers
@pytest.mark.parametrize("kept", [27, 18, 0])
def test_a_tail_that_was_cut_off(crime: Crime, cover: Cover, kept: int) -> None:
    names = crime.ids()
    crime.sql(f"DELETE FROM ledger_events WHERE position > {kept};")
    crime.cover_up(cover)
    (finding,) = crime.verify().findings
    assert (finding.kind, finding.place) == (Kind.TAIL_CUT, kept + 1)
    if cover == "leaves the audit file":
        assert (finding.event, finding.count) == (names[kept], 36 - kept)
    else:  # what was there is not known, only how much of it was signed
        assert (finding.event, finding.count) == (None, 30 - kept)
        assert finding.other == (names[kept - 1] if kept else None)


def test_a_tail_cut_off_after_the_last_checkpoint_shows_in_the_recorded_hashes_alone(crime: Crime) -> None:
    crime.sql("DELETE FROM ledger_events WHERE position > 33;")
    (finding,) = crime.verify().findings
    assert (finding.kind, finding.place, finding.count) == (Kind.TAIL_CUT, 34, 3)
    crime.cover_up("deletes it")
    assert crime.verify()  # as the docs say: what no checkpoint covers may be changed


def test_a_tail_that_was_cut_off_and_grew_again(crime: Crime) -> None:
    name = crime.ids()[24]
    crime.sql("DELETE FROM ledger_events WHERE position > 24;")
    populate(crime.path, range(20, 25))
    verification = crime.verify()
    assert kinds(verification) == [Kind.ROLLED_BACK]
    assert (verification.findings[0].event, verification.findings[0].place) == (name, 25)
    with Ledger.open(crime.path) as ledger, pytest.raises(HistoryChanged):
        ledger.audit.follow()
