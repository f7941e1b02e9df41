"""What the log itself gives away when the recorded hashes are gone, or were made to fit.

Versions of a stream follow one another, recording times never go back, sealed fields open only in the event
that they were sealed for. An intruder who respects all that is caught, but not pinned to an event.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from ..application.envelope import Envelope
from ..audit.leaves import Row, event_id
from ..audit.verification import Finding, Kind
from ..errors import LedgerCorrupt, SealBroken, SubjectKeyMissing, UnknownEvent
from .codec import recorded_at

_BATCH = 500


class SearchedLog(Protocol):
    """The event log, as bytes, and opened."""

    def stored(self, *, after: int, limit: int) -> list[Row]:
        """The next events as they are stored, in the order of their positions."""

    def stored_at(self, stream: str, version: int) -> Row | None:
        """One event as it is stored."""

    def read(self, *, after: int, limit: int, until: int | None = None) -> Sequence[Envelope]:
        """The next events, opened."""


class GappedLog(Protocol):
    """The event log, searched in one statement."""

    def first_gap(self, after: int) -> tuple[str, int, int] | None:
        """The first event after so many without the version before it: (stream, version, place)."""


def first_clue(log: SearchedLog, held: int, failed: int) -> Finding | None:
    """The first event with something wrong about it among number ``held + 1`` to ``failed`` of the log."""
    search = _Search(log)
    for place, rows in _batches(log, failed):
        suspicious = place + len(rows) > held
        unreadable = search.unreadable(rows) if suspicious else None
        for offset, row in enumerate(rows):
            finding = search.oddity(row, place + offset + 1) if row != unreadable else None
            if row == unreadable:
                finding = _does_not_open(row, place + offset + 1)
            if finding and place + offset >= held:
                return finding
    return None


def _batches(log: SearchedLog, stop: int) -> Iterator[tuple[int, list[Row]]]:
    place, after = 0, 0
    while place < stop and (rows := log.stored(after=after, limit=min(_BATCH, stop - place))):
        yield place, rows
        place, after = place + len(rows), rows[-1][0]


class _Search:
    def __init__(self, log: SearchedLog) -> None:
        self._log = log
        self._latest: datetime | None = None

    def unreadable(self, rows: list[Row]) -> Row | None:
        """The first event that does not open."""
        if self._opens(rows[0], rows[-1]):
            return None
        return next((row for row in rows if not self._opens(row, row)), None)

    def _opens(self, first: Row, last: Row) -> bool:
        try:
            self._log.read(after=first[0] - 1, until=last[0], limit=_BATCH)
        except SubjectKeyMissing:
            return first != last  # no fault of the event: look at them one by one
        except (SealBroken, UnknownEvent, LedgerCorrupt):
            return False
        return True

    def oddity(self, row: Row, place: int) -> Finding | None:
        """What is wrong with where an event stands."""
        position, stream, version, _, data = row
        latest = self._latest
        try:
            time = recorded_at(data)
        except LedgerCorrupt:
            return _does_not_open(row, place)
        self._latest = max(time, latest) if latest else time
        if version > 1:
            before = self._log.stored_at(stream, version - 1)
            if before is None:
                return _missing(stream, version, place)
            if before[0] > position:
                return _moved(row, place, f"before {event_id(before)}")
        if latest and time < latest:
            return _moved(row, place, "after an event that was recorded later")
        return None


def first_gap(log: GappedLog, after: int) -> Finding | None:
    """The first event after number ``after`` of the log before which one of its stream is missing."""
    found = log.first_gap(after)
    return _missing(*found) if found else None


def _does_not_open(row: Row, place: int) -> Finding:
    return Finding(
        Kind.ALTERED,
        f"an event was altered: {event_id(row)}, number {place} of the log, cannot be opened; its bytes were "
        "changed, or are those of another event",
        event_id(row),
        place,
    )


def _missing(stream: str, version: int, place: int) -> Finding:
    event = f"{stream}@{version - 1}"
    return Finding(
        Kind.MISSING,
        f"an event is missing: {event}, though {stream}@{version}, number {place} of the log, comes after it",
        event,
        count=1,
    )


def _moved(row: Row, place: int, where: str) -> Finding:
    return Finding(
        Kind.REORDERED,
        f"events were moved: {event_id(row)}, number {place} of the log, stands {where}",
        event_id(row),
        place,
    )
