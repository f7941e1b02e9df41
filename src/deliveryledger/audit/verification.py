"""What kind of tampering it was, and with which event: the log compared with the recorded hashes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Protocol

from .leaves import Row, event_id, leaf_hash, leaf_hashes

_BATCH = 2_560
_SURROUNDINGS = 65_536
"""Recorded events after the first difference, of which some are in the log unless everything was replaced."""


class Kind(StrEnum):
    """What was done."""

    ALTERED = "altered"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    SWAPPED = "swapped"
    TAIL_CUT = "tail_cut"
    ROLLED_BACK = "rolled_back"
    REWRITTEN = "rewritten"
    FORGED_CHECKPOINT = "forged_checkpoint"
    AUDIT_FILE = "audit_file"


@dataclass(frozen=True)
class Finding:
    """Something that was tampered with, and the first event that it concerns."""

    kind: Kind
    sentence: str
    event: str | None = None
    """``<stream>@<version>``, where it can be named."""
    place: int | None = None
    """Its place in the log, counted from 1."""
    other: str | None = None
    """A second event: the one it was swapped with, or the one that stands in its place."""
    count: int | None = None
    """How many events it concerns, where that is known."""
    between: tuple[int, int] | None = None
    """The log held up to the first of these sizes, and does not at the second."""


class Recorded(Protocol):
    """The hashes and names of events as they were recorded when the log was followed."""

    size: int

    def leaves(self, start: int, stop: int) -> bytes:
        """The hashes of the leaves in a range, one after the other; fewer if the record is damaged."""

    def name(self, index: int) -> str | None:
        """``<stream>@<version>`` of the event at an index; None if the record is damaged."""

    def find(self, leaf: bytes, start: int) -> int | None:
        """The first index from ``start`` on with that hash."""


@dataclass
class _Traces:
    """What a walk through the rest of the log found about the event that should stand at the difference."""

    moved_to: int | None = None
    bytes_in: Row | None = None
    is_replaced: bool = True


def diagnose(first: int, rows: Iterable[Row], recorded: Recorded) -> Finding:
    """Name the difference at index ``first``; ``rows`` are the log's events from there on, at least one."""
    walk = iter(rows)
    row = next(walk)
    expected = recorded.leaves(first, first + 1)
    traces = _walk(row, walk, expected, first, recorded)
    known_as = recorded.find(leaf_hashes([row])[0], first + 1)
    name, here, place = recorded.name(first), event_id(row), first + 1
    named = name or "an event whose name is lost"
    if known_as is not None and traces.moved_to is not None:
        return Finding(
            Kind.REORDERED,
            f"events were moved: {named} was number {place} and is number {traces.moved_to + 1} now; "
            f"{here} stands in its place",
            name, place, here,
        )  # fmt: skip
    if known_as is not None:
        count = known_as - first
        more = f", and {_events(count - 1)} after it" if count > 1 else ""
        return Finding(
            Kind.MISSING,
            f"an event is missing: {named}, number {place} of the log, was taken out{more}",
            name, place, count=count,
        )  # fmt: skip
    if traces.moved_to is not None:
        count = traces.moved_to - first
        more = f", and {_events(count - 1)} after it" if count > 1 else ""
        return Finding(
            Kind.INSERTED,
            f"an event was inserted: {here}, number {place} of the log, was never recorded there{more}",
            here, place, count=count,
        )  # fmt: skip
    return _of_changed_bytes(name, here, place, traces, recorded)


def _of_changed_bytes(
    name: str | None, here: str, place: int, traces: _Traces, recorded: Recorded
) -> Finding:
    named = name or "an event whose name is lost"
    if traces.bytes_in is not None:
        other = event_id(traces.bytes_in)
        return Finding(
            Kind.SWAPPED,
            f"stored bytes were swapped: those of {named}, number {place} of the log, stand in {other}",
            name, place, other,
        )  # fmt: skip
    rest = recorded.size - place
    if rest and traces.is_replaced:
        kind = Kind.REWRITTEN if name == here else Kind.ROLLED_BACK
        how = (
            "rewritten" if name == here else "replaced: an older copy of the log was put back and written on"
        )
        return Finding(
            kind,
            f"from {named} on, number {place} of the log, {_events(rest + 1)} and all later ones were {how}",
            name, place, None if name == here else here, rest + 1,
        )  # fmt: skip
    stands = "" if name == here else f"; {here} stands in its place"
    return Finding(
        Kind.ALTERED,
        f"an event was altered: {named}, number {place} of the log, is not what was recorded{stands}",
        name, place, None if name == here else here,
    )  # fmt: skip


def cut_off(size: int, last: str | None, then: int, *, name: str | None, was_higher: bool) -> Finding:
    """The log ends after ``size`` events, the last of which is ``last``, and had ``then``.

    ``name``: the first of the lost events, if it was recorded. ``was_higher``: the database has numbered more
    events than it holds.
    """
    kind = Kind.TAIL_CUT if was_higher else Kind.ROLLED_BACK
    how = (
        "the database has numbered more events than it holds: its tail was cut off"
        if was_higher
        else "the database knows of no more: an older copy was put back"
    )
    after = f"after {last}" if last else "before its first event"
    first = f", beginning with {name}" if name else ""
    lost = "1 is" if then - size == 1 else f"{then - size} are"
    return Finding(
        kind,
        f"the log ends {after} with {_events(size)} and had {then}; {lost} lost{first}; {how}",
        name, size + 1, last, then - size,
    )  # fmt: skip


def rewritten(held: int, failed: int) -> Finding:
    """The log is not what was signed at size ``failed``, and was at size ``held``."""
    held_then = f"is as it was signed at size {held}, and " if held else ""
    return Finding(
        Kind.REWRITTEN,
        f"history was rewritten: the log {held_then}is not as it was signed at size {failed}; "
        f"at least one of the events {held + 1} to {failed} was altered, moved, inserted or taken out",
        place=held + 1,
        between=(held, failed),
    )


def _walk(row: Row, rest: Iterator[Row], expected: bytes, first: int, recorded: Recorded) -> _Traces:
    traces = _Traces()
    around = recorded.leaves(first + 1, min(recorded.size, first + 1 + _SURROUNDINGS))
    still_known = {around[at : at + 32] for at in range(0, len(around), 32)}
    _, stream, version, name, _ = row
    if leaf_hashes([row])[0] in still_known:
        traces.is_replaced = False
    index = first
    while batch := list(islice(rest, _BATCH)):
        for candidate, leaf in zip(batch, leaf_hashes(batch), strict=True):
            index += 1
            if leaf == expected:
                traces.moved_to, traces.is_replaced = index, False
                return traces
            if leaf in still_known:
                traces.is_replaced = False
            elif traces.bytes_in is None and expected in (
                leaf_hash(stream, version, name, candidate[4]),
                leaf_hash(stream, version, candidate[3], candidate[4]),
            ):
                traces.bytes_in = candidate
    return traces


def _events(count: int) -> str:
    return "one event" if count == 1 else f"{count} events"
