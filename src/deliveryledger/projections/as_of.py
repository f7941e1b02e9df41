"""Time travel: the read models as they were at a point of the log, in memory, beside the present ones."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import NamedTuple

from ..application.envelope import Envelope
from ..application.ports import Clock, EventLog
from ..domain.reports import moment_asked
from ..errors import InvalidInput, LedgerClosed
from .following import Follower
from .read_model import ReadModel
from .runner import Progress, Runner
from .views import Views, building


class Point(NamedTuple):
    """A point of the log: its newest event (0: before the first), and what time it was."""

    position: int
    moment: datetime


def find_point(log: EventLog, clock: Clock, asked: object) -> Point:
    """The point that a moment of recording, or a position, names.

    A naive moment is taken as UTC. Raises InvalidInput for what is still to come, and for what is neither.
    """
    newest, now = log.newest(), clock()
    if isinstance(asked, datetime):
        moment = moment_asked(asked)
        # A clock may be set back; what was recorded lies in the past all the same.
        if moment > (max(now, newest[1]) if newest else now):
            raise _not_yet("the moment is in the future")
        found = log.newest(moment)
        return Point(found[0] if found else 0, moment)
    if not isinstance(asked, int) or isinstance(asked, bool) or asked < 0:
        raise InvalidInput(
            "go back in time",
            "it is neither a moment nor a position",
            "give a datetime, or a number from 0 on",
        )
    if asked > (newest[0] if newest else 0):
        raise _not_yet("the log has not come to that position")
    found = log.newest(asked) or log.newest(1)
    return Point(min(found[0], asked) if found else 0, found[1] if found else now)


def _not_yet(obstacle: str) -> InvalidInput:
    return InvalidInput("go back in time", obstacle, "give a point that has passed")


class PastRunner(Runner):
    """Read models of the log up to a position. Made when they are first asked, in memory only."""

    def __init__(
        self, log: EventLog, read_models: Sequence[ReadModel], until: int, progress: Progress | None = None
    ) -> None:
        super().__init__(log, Views(None), read_models)
        self._follower = Follower(log, self._models, until)
        self._progress = progress
        self._erasures: int | None = None

    @property
    def is_made(self) -> bool:
        """Whether somebody has asked already."""
        return self._erasures is not None

    @contextmanager
    def caught_up(self) -> Iterator[sqlite3.Connection]:
        """The read models as they were; but who was erased since then is erased here too."""
        with self._guarded():
            if self._closed:
                raise LedgerClosed("ask about the past", "it was closed", "call ledger.as_of() again")
            if self._log.last_erasure() != self._erasures:
                self.rebuild(self._progress)
            with super().caught_up() as views:
                yield views

    def rebuild(self, progress: Progress | None = None) -> None:
        """Compute everything anew, with the keys that there are now."""
        with self._guarded():
            # Asked before the log is read: an erasure that comes meanwhile is found by the next question.
            erasures = self._log.last_erasure()
            super().rebuild(progress)
            self._erasures = erasures


@contextmanager
def views_of(envelopes: Sequence[Envelope], read_models: Sequence[ReadModel]) -> Iterator[sqlite3.Connection]:
    """Read models of some events alone, in memory; enough for questions that are about nothing else."""
    with building(None, read_models) as connection, closing(connection):
        for model in read_models:
            model.apply(connection, envelopes)
        yield connection
