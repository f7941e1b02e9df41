"""Naming the difference between a log and its recorded hashes: any log, any place, any kind."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deliveryledger.audit.leaves import HASH, Row, event_id, leaf_hashes
from deliveryledger.audit.verification import Finding, Kind, cut_off, diagnose, rewritten


class Record:
    """The hashes of a log as they were recorded."""

    def __init__(self, rows: list[Row], *, has_names: bool = True) -> None:
        self._hashes = leaf_hashes(rows)
        self._names = [event_id(row) for row in rows] if has_names else []
        self.size = len(rows)

    def leaves(self, start: int, stop: int) -> bytes:
        return b"".join(self._hashes[start:stop])

    def name(self, index: int) -> str | None:
        return self._names[index] if index < len(self._names) else None

    def find(self, leaf: bytes, start: int) -> int | None:
        return self._hashes.index(leaf, start) if leaf in self._hashes[start:] else None


def log(count: int) -> list[Row]:
    return [(n + 1, f"s-{n // 2}", n % 2 + 1, "ABC"[n % 3], b"bytes %d" % n) for n in range(count)]


def named(now: list[Row], before: list[Row], **settings: bool) -> Finding:
    hashes, recorded = leaf_hashes(now), leaf_hashes(before)
    first = next(n for n, (one, other) in enumerate(zip(hashes, recorded, strict=False)) if one != other)
    finding = diagnose(first, now[first:], Record(before, **settings))
    assert finding.event is None or finding.event in finding.sentence
    assert f"number {first + 1}" in finding.sentence
    return finding


SIZES = st.integers(2, 40)
INDEX = st.integers(0, 39)


@given(SIZES, INDEX, INDEX)
def test_an_altered_event(size: int, at: int, later: int) -> None:
    before, now = log(size), log(size + later)
    at %= size
    now[at] = (*now[at][:4], b"altered")
    finding = named(now, before)
    assert (finding.kind, finding.event, finding.place) == (Kind.ALTERED, event_id(before[at]), at + 1)
    assert finding.other is None


@given(SIZES, INDEX, st.integers(1, 5))
def test_missing_events(size: int, at: int, count: int) -> None:
    before = log(size)
    at %= size
    now = before[:at] + before[at + count :]
    assume(len(now) > at)  # else the tail was cut
    finding = named(now, before)
    assert (finding.kind, finding.event, finding.place) == (Kind.MISSING, event_id(before[at]), at + 1)
    assert finding.count == count
    assert (f", and {count - 1} events after it" in finding.sentence) == (count > 2)
    assert (", and one event after it" in finding.sentence) == (count == 2)


@given(SIZES, INDEX, st.integers(1, 5))
def test_inserted_events(size: int, at: int, count: int) -> None:
    before = log(size)
    at %= size
    new = [(0, f"new-{n}", 1, "A", b"new") for n in range(count)]
    finding = named([*before[:at], *new, *before[at:]], before)
    assert (finding.kind, finding.event, finding.place) == (Kind.INSERTED, "new-0@1", at + 1)
    assert finding.count == count


@given(SIZES, INDEX, INDEX, st.integers(0, 10))
def test_events_that_changed_places(size: int, one: int, other: int, later: int) -> None:
    before, now = log(size), log(size + later)
    one, other = sorted((one % size, other % size))
    assume(one != other)
    now[one], now[other] = now[other], now[one]
    finding = named(now, before)
    assert (finding.kind, finding.event, finding.place) == (Kind.REORDERED, event_id(before[one]), one + 1)
    assert finding.other == event_id(before[other])
    assert f"is number {other + 1} now" in finding.sentence


@given(SIZES, INDEX, INDEX, st.booleans())
def test_swapped_bytes(size: int, one: int, other: int, with_name: bool) -> None:
    before, now = log(size), log(size)
    one, other = sorted((one % size, other % size))
    assume(one != other)
    kept = 3 if with_name else 4
    now[one] = (*before[one][:kept], *before[other][kept:])  # type: ignore[assignment]
    now[other] = (*before[other][:kept], *before[one][kept:])  # type: ignore[assignment]
    finding = named(now, before)
    assert (finding.kind, finding.event, finding.place) == (Kind.SWAPPED, event_id(before[one]), one + 1)
    assert finding.other == event_id(before[other])


@given(SIZES, INDEX, st.integers(1, 10))
def test_a_log_that_was_put_back_and_written_on(size: int, at: int, more: int) -> None:
    before = log(size)
    at %= size
    assume(size - at > 1)
    now = before[:at] + [(0, f"new-{n}", 1, "A", b"new") for n in range(more)]
    finding = named(now, before)
    assert (finding.kind, finding.event, finding.place) == (Kind.ROLLED_BACK, event_id(before[at]), at + 1)
    assert (finding.other, finding.count) == ("new-0@1", size - at)
    assert "an older copy of the log was put back and written on" in finding.sentence


def test_a_log_of_which_everything_was_altered_from_some_event_on() -> None:
    before = log(9)
    now = before[:4] + [(*row[:4], b"altered") for row in before[4:]]
    finding = named(now, before)
    assert (finding.kind, finding.event, finding.place) == (Kind.REWRITTEN, event_id(before[4]), 5)
    assert (finding.other, finding.count) == (None, 5)
    assert finding.sentence.endswith("5 events and all later ones were rewritten")


def test_an_event_replaced_by_another_one() -> None:
    before, now = log(9), log(9)
    now[4] = (5, "new", 1, "A", b"new")
    finding = named(now, before)
    assert (finding.kind, finding.event, finding.other) == (Kind.ALTERED, event_id(before[4]), "new@1")
    assert "new@1 stands in its place" in finding.sentence


def test_many_altered_events_are_not_taken_for_a_replaced_log_while_one_is_known() -> None:
    before = log(9)
    now = before[:2] + [(*row[:4], b"altered") for row in before[2:8]] + before[8:]
    assert named(now, before).kind is Kind.ALTERED


def test_differences_are_named_without_the_names() -> None:
    before, now = log(9), log(9)
    now[3] = (*now[3][:4], b"altered")
    finding = named(now, before, has_names=False)
    assert (finding.kind, finding.event, finding.place) == (Kind.ALTERED, None, 4)
    assert "whose name is lost" in finding.sentence


@pytest.mark.parametrize(("was_higher", "kind"), [(True, Kind.TAIL_CUT), (False, Kind.ROLLED_BACK)])
def test_a_log_that_is_shorter(was_higher: bool, kind: Kind) -> None:
    finding = cut_off(3, "s@3", 5, name="s@4", was_higher=was_higher)
    assert (finding.kind, finding.event, finding.place) == (kind, "s@4", 4)
    assert (finding.other, finding.count) == ("s@3", 2)
    assert "ends after s@3 with 3 events and had 5; 2 are lost, beginning with s@4" in finding.sentence
    assert "had 4; 1 is lost" in cut_off(3, "s@3", 4, name="s@4", was_higher=was_higher).sentence
    assert "before its first event" in cut_off(0, None, 5, name=None, was_higher=was_higher).sentence


def test_a_rewrite_is_bracketed() -> None:
    finding = rewritten(18, 30)
    assert (finding.kind, finding.place, finding.between) == (Kind.REWRITTEN, 19, (18, 30))
    assert "as it was signed at size 18, and is not as it was signed at size 30" in finding.sentence
    assert "one of the events 19 to 30" in finding.sentence
    assert "the log is not as it was signed at size 30" in rewritten(0, 30).sentence
    assert len(leaf_hashes(log(1))[0]) == HASH
