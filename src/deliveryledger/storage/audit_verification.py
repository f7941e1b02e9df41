"""Verifies a log against its recorded hashes and against checkpoints, in one pass over the stored bytes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..application.envelope import Envelope
from ..audit.checkpoint import Checkpoint
from ..audit.leaves import HASH, Row, event_id, leaf_hashes
from ..audit.tiles import WIDTH, Recount, hashes_of
from ..audit.verification import Finding, Kind, cut_off, diagnose, rewritten
from .audit_clues import first_clue, first_gap
from .audit_snapshot import Snapshot

BATCH = 5_120
"""Events that are read at a time: some megabytes, and twenty tiles."""
_LOWEST = -(2**63)
Progress = Callable[[int, int], None]
"""Called with (position reached, last position)."""


class VerifiedLog(Protocol):
    """The event log, as bytes, and opened."""

    def stored(self, *, after: int, limit: int) -> list[Row]:
        """The next events as they are stored, in the order of their positions."""

    def stored_at(self, stream: str, version: int) -> Row | None:
        """One event as it is stored."""

    def last_position(self) -> int:
        """Position of the newest event; 0 = none."""

    def last_position_given(self) -> int:
        """The highest position that was ever given, by the database's own account."""

    def first_gap(self, after: int) -> tuple[str, int, int] | None:
        """The first event after so many without the version before it: (stream, version, place)."""

    def read(self, *, after: int, limit: int, until: int | None = None) -> Sequence[Envelope]:
        """The next events, opened."""


@dataclass
class _Count:
    """One pass over the log."""

    tree: Recount
    last: Row | None = None
    difference: int | None = None
    """The first index at which the log and the recorded hashes differ."""
    before: int = 0
    """The position after which the difference is."""
    record_is_damaged: bool = False

    def compare(self, rows: list[Row], hashes: list[bytes], recorded: Snapshot) -> None:
        """Look for the first difference in a batch."""
        start = self.tree.size
        wanted = b"".join(hashes[: max(0, recorded.size - start)])
        found = recorded.leaves(start, start + len(wanted) // HASH)
        if len(found) != len(wanted):
            self.record_is_damaged = True
        elif found != wanted:
            pairs = zip(hashes_of(found), hashes, strict=False)
            at = next(at for at, (one, other) in enumerate(pairs) if one != other)
            self.difference = start + at
            self.before = rows[at - 1][0] if at else self.before
        else:
            self.before = rows[-1][0]


class Verifier:
    """Compares one log with one snapshot of its audit log, and with checkpoints whose signature holds."""

    def __init__(self, log: VerifiedLog, recorded: Snapshot, signed: Sequence[Checkpoint]) -> None:
        self._log = log
        self._recorded = recorded
        self._signed = sorted(signed, key=lambda checkpoint: checkpoint.size)
        self._count = _Count(Recount([checkpoint.size for checkpoint in signed]))

    @property
    def events(self) -> int:
        """How many events the log has."""
        return self._count.tree.size

    def run(self, progress: Progress) -> list[Finding]:
        """Everything that is wrong; the first event that was tampered with comes first."""
        count, after, last = self._count, 0, self._log.last_position()
        while after < last and (rows := self._log.stored(after=after, limit=BATCH)):
            hashes = leaf_hashes(rows)
            if count.difference is None and not count.record_is_damaged:
                count.compare(rows, hashes, self._recorded)
            count.tree.add(hashes)
            count.last, after = rows[-1], rows[-1][0]
            progress(min(after, last), last)
        return list(self._findings()) or list(self._gaps())

    def holds(self, checkpoint: Checkpoint) -> bool:
        """Whether the log begins with what the checkpoint was signed over."""
        return _fits(self._count.tree, checkpoint)

    def _findings(self) -> Iterator[Finding]:
        yield from self._out_of_reach()
        failing = [checkpoint for checkpoint in self._signed if not self.holds(checkpoint)]
        named = self._difference(failing)
        if named:
            yield named
        if failing and (named is None or (named.place or 0) > failing[0].size):
            yield from self._between(failing)
        if failing:
            yield from self._two_histories(failing[0])

    def _out_of_reach(self) -> Iterator[Finding]:
        """Events where none is ever recorded: nothing that follows the log by position meets them."""
        for row in self._log.stored(after=_LOWEST, limit=1):
            if row[0] < 1:
                yield Finding(
                    Kind.INSERTED,
                    f"an event was inserted: {event_id(row)} stands before the first position of the log",
                    event_id(row),
                    0,
                )

    def _gaps(self) -> Iterator[Finding]:
        """Where nothing was signed or recorded, at least no stream may lack an event in its middle."""
        gap = first_gap(self._log, max((c.size for c in self._signed), default=0))
        if gap:
            yield gap

    def _difference(self, failing: list[Checkpoint]) -> Finding | None:
        """The log against the recorded hashes; the checkpoints say which of them to believe."""
        count, recorded = self._count, self._recorded
        is_damaged = count.record_is_damaged
        if count.difference is None and not is_damaged and self.events >= recorded.size:
            return None if failing else self._wrong_upper_tiles()
        if is_damaged or not self._record_is_as_signed():
            return None if failing else _audit_file("hashes")
        if count.difference is not None:
            return diagnose(count.difference, self._rows(count.before), recorded)
        return self._cut_off(
            max(recorded.size, *(c.size for c in self._signed), 0), recorded.name(self.events)
        )

    def _record_is_as_signed(self) -> bool:
        signed = [checkpoint for checkpoint in self._signed if checkpoint.size <= self._recorded.size]
        tree, size = Recount([checkpoint.size for checkpoint in signed]), self._recorded.size
        for start in range(0, size, BATCH):
            leaves = self._recorded.leaves(start, min(start + BATCH, size))
            if not leaves:
                return False  # fewer tiles than its size says
            tree.add(hashes_of(leaves))
        return tree.size == size and all(_fits(tree, checkpoint) for checkpoint in signed)

    def _wrong_upper_tiles(self) -> Finding | None:
        for level, hashes in self._count.tree.upper_levels(self._recorded.size):
            tiles = range(-(-len(hashes) // (WIDTH * HASH)))
            if b"".join(self._recorded.tile(level, number) for number in tiles) != hashes:
                return _audit_file("inner nodes")
        return None

    def _between(self, failing: list[Checkpoint]) -> Iterator[Finding]:
        failed = failing[0].size
        if self.events < failed:
            yield self._cut_off(failing[-1].size, None)
            return
        held = max((c.size for c in self._signed if c.size < failed), default=0)
        clue = first_clue(self._log, held, failed)
        if clue:
            yield clue
        yield rewritten(held, failed)

    def _two_histories(self, failing: Checkpoint) -> Iterator[Finding]:
        later = [c for c in self._signed if c.size >= failing.size and self.holds(c)]
        if later:
            yield Finding(
                Kind.FORGED_CHECKPOINT,
                f"the checkpoint of size {later[0].size} fits the log, that of size {failing.size} does not, "
                "and one key has signed both: somebody else has the signing key",
                place=later[0].size,
            )

    def _cut_off(self, then: int, name: str | None) -> Finding:
        last = self._count.last
        was_higher = self._log.last_position_given() > (last[0] if last else 0)
        name_of_last = event_id(last) if last else None
        return cut_off(self.events, name_of_last, then, name=name, was_higher=was_higher)

    def _rows(self, after: int) -> Iterator[Row]:
        while rows := self._log.stored(after=after, limit=BATCH):
            yield from rows
            after = rows[-1][0]


def _fits(tree: Recount, checkpoint: Checkpoint) -> bool:
    return checkpoint.size <= tree.size and tree.root(checkpoint.size) == checkpoint.root


def _audit_file(what: str) -> Finding:
    return Finding(
        Kind.AUDIT_FILE,
        f"the {what} in the audit log's file are not those of the log, which fits what was signed as far as "
        "checkpoints reach; remove that file, and it is computed anew",
    )
