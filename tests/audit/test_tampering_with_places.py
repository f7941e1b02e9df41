"""Tampering with what stands where: reordered, inserted and swapped, with the audit file made to fit."""

import pytest

from deliveryledger.audit.verification import Kind
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
)

covers = pytest.mark.parametrize("cover", COVERS)


# --- 4 reorder --------------------------------------------------------------------------------------


@covers
def test_two_events_that_changed_places(crime: Crime, cover: Cover) -> None:
    names = crime.ids()
    crime.sql(
        "UPDATE ledger_events SET position = -1 WHERE position = 22;"
        "UPDATE ledger_events SET position = 22 WHERE position = 25;"
        "UPDATE ledger_events SET position = 25 WHERE position = -1;"
    )
    crime.cover_up(cover)
    verification = crime.verify()
    finding = verification.findings[0]
    assert finding.kind is Kind.REORDERED
    if cover == "leaves the audit file":
        assert kinds(verification) == [Kind.REORDERED]
        assert (finding.event, finding.place, finding.other) == (names[21], 22, names[24])
    else:  # recording times never go back, so the first event after the intruded one is odd
        assert (finding.event, finding.place) == (names[22], 23)
        assert is_bracketed(verification)


@covers
def test_an_event_that_stands_before_the_one_it_follows(crime: Crime, cover: Cover) -> None:
    crime.sql(
        "UPDATE ledger_events SET position = -1 WHERE position = 23;"
        "UPDATE ledger_events SET position = 23 WHERE position = 24;"
        "UPDATE ledger_events SET position = 24 WHERE position = -1;"
    )
    crime.cover_up(cover)
    finding = crime.verify().findings[0]
    named = REGISTERED if cover == "leaves the audit file" else SUBMITTED
    assert (finding.kind, finding.event, finding.place) == (Kind.REORDERED, named, 23)


# --- 5 insert ---------------------------------------------------------------------------------------

INSERT = RENUMBER.format(place=23, by=1) + (
    "INSERT INTO ledger_events SELECT 23, 'message-default:msg-99', 1, name, data "
    "FROM ledger_events WHERE position = {source};"
)


@covers
@pytest.mark.parametrize("source", [2, 24])
def test_an_inserted_event(crime: Crime, cover: Cover, source: int) -> None:
    crime.sql(INSERT.format(source=source))
    crime.cover_up(cover)
    verification = crime.verify()
    finding = verification.findings[0]
    assert (finding.event, finding.place) == ("message-default:msg-99@1", 23)
    if cover == "leaves the audit file":
        assert kinds(verification) == [Kind.INSERTED]
    else:  # what was sealed for another event does not open here
        assert finding.kind is Kind.ALTERED
        assert is_bracketed(verification)


@covers
def test_an_inserted_event_without_sealed_fields(crime: Crime, cover: Cover) -> None:
    crime.sql(
        RENUMBER.format(place=23, by=1)
        + "INSERT INTO ledger_events SELECT 23, 'message-default:msg-99', 1, 'MessageDelivered', "
        "CAST('{' || substr(CAST(data AS TEXT), 2, 45) || "
        '\'"occurred_at":"2026-11-14T08:00:00Z"}\' AS BLOB) FROM ledger_events WHERE position = 22;'
    )
    crime.cover_up(cover)
    verification = crime.verify()
    assert not verification
    if cover == "leaves the audit file":
        assert kinds(verification) == [Kind.INSERTED]
        assert verification.findings[0].event == "message-default:msg-99@1"
    else:
        assert is_bracketed(verification)


# --- 6 swap two rows' bytes -------------------------------------------------------------------------

SWAP = """
CREATE TEMP TABLE before AS SELECT position, name, data FROM ledger_events;
UPDATE ledger_events SET data = (SELECT data FROM before WHERE position = 26) {name_26}
  WHERE position = {place};
UPDATE ledger_events SET data = (SELECT data FROM before WHERE position = {place}) {name}
  WHERE position = 26;
"""


@covers
@pytest.mark.parametrize("place", [22, 23])
def test_swapped_bytes(crime: Crime, cover: Cover, place: int) -> None:
    names = crime.ids()
    of_26 = ", name = (SELECT name FROM before WHERE position = 26)"
    of_place = f", name = (SELECT name FROM before WHERE position = {place})"
    crime.sql(SWAP.format(place=place, name_26=of_26, name=of_place))
    crime.cover_up(cover)
    verification = crime.verify()
    finding = verification.findings[0]
    assert (finding.event, finding.place) == (names[place - 1], place)
    if cover == "leaves the audit file":
        assert kinds(verification) == [Kind.SWAPPED]
        assert finding.other == names[25]
    else:  # sealed fields are bound to their event
        assert finding.kind is Kind.ALTERED
        assert is_bracketed(verification)


def test_swapped_bytes_under_the_old_names(crime: Crime) -> None:
    crime.sql(SWAP.format(place=22, name_26="", name=""))
    (finding,) = crime.verify().findings
    assert (finding.kind, finding.event, finding.other) == (
        Kind.SWAPPED,
        ADDRESSED,
        "message-default:msg-8@1",
    )
