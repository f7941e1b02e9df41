"""Tells subscriptions what the log says: at least once, each message's events in their order."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from ...application.ports import Clock, EventLog
from ...errors import InvalidInput
from .notes import Notes, Waiting
from .posting import SECONDS, Poster
from .round import MOST_WAITING, Means, Round, Told, told_of
from .subscription import Subscription


class WebhookSender:
    """Reads the log after a cursor and posts, one delivery after another. Made by ``ledger.webhooks``.

    A kill at any moment repeats at most what was not noted yet, with the same id and body. Not thread-safe,
    and only one of a ledger sends at a time. A context manager. ``seconds``: how long a delivery may take.
    """

    def __init__(
        self,
        log: EventLog,
        clock: Clock,
        ledger: Path | None,
        subscriptions: Sequence[Subscription],
        *,
        seconds: float = SECONDS,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        if len({each.name for each in subscriptions}) < len(subscriptions):
            raise InvalidInput("send webhooks", "two subscriptions have one name", "give each its own")
        self._log = log
        self._subscriptions = tuple(subscriptions)
        poster = Poster(seconds)
        self._notes = Notes(ledger)
        self._means = Means(log, clock, self._notes, poster, most_waiting)
        for each in self._subscriptions:
            if self._notes.standing(each.name) is None:
                last = log.last_position()
                self._notes.begin(each.name, log.ledger_id, last, log.fingerprint(last))

    def send(self, told: threading.Event | None = None) -> list[Told]:
        """Everything that is due now; a subscription that is new is told what comes from now on.

        Ends early, after a delivery, once ``told`` is set. Raises AlreadySending, WebhookCursorLost,
        StorageError.
        """
        with self._notes.alone():
            return [Round(self._means, each, told or threading.Event()).run() for each in self._subscriptions]

    def follow(self, told: threading.Event, *, every: float = 1.0) -> list[Told]:
        """As :meth:`send`, again and again until ``told`` is set; looks at the log every so many seconds."""
        totals: dict[str, Told] = {}
        with self._notes.alone():
            while True:
                for each in self._subscriptions:
                    now, before = Round(self._means, each, told).run(), totals.get(each.name)
                    if before:
                        now = now._replace(sent=now.sent + before.sent, failed=now.failed + before.failed)
                    totals[each.name] = now
                if told.wait(every):
                    return list(totals.values())

    def replay(self, since: int | datetime) -> None:
        """Tell everything anew, from the event at a position on, or from a moment of recording (UTC).

        Same ids and bodies as before; what waits or is parked from there on is told in its turn, and a
        subscription that was disabled is told again. Raises InvalidInput for a position below 1.
        """
        position = self._position_before(since)
        for each in self._subscriptions:
            self._notes.replay(each.name, self._log.ledger_id, position, self._log.fingerprint(position))

    def parked(self) -> dict[str, Sequence[Waiting]]:
        """What was given up, by subscription; it may be told again by :meth:`retry_parked`."""
        return {each.name: self._notes.parked(each.name) for each in self._subscriptions}

    def retry_parked(self) -> int:
        """Have what is parked tried again by the next :meth:`send`, and whom 410 disabled; returns how much.

        It comes late: later events of the same message may have been told.
        """
        return sum(self._notes.enable(each.name) for each in self._subscriptions)

    def standing(self) -> list[Told]:
        """Where each subscription stands; sends nothing."""
        return [told_of(self._notes, each) for each in self._subscriptions]

    def close(self) -> None:
        """Close connections and the file of notes."""
        self._means.poster.close()
        self._notes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _position_before(self, since: int | datetime) -> int:
        if isinstance(since, datetime):
            moment = since if since.tzinfo else since.replace(tzinfo=UTC)
            newest = self._log.newest(moment)
            return newest[0] if newest else 0
        if since < 1:
            raise InvalidInput("send webhooks again", "positions begin at 1", "give a position above 0")
        return since - 1
