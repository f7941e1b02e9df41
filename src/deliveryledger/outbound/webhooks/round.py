"""One pass over what is due for one subscription: what is tried, and what an answer means for it."""

import logging
import threading
from typing import Final, NamedTuple

from ...application.envelope import Envelope
from ...application.ports import Clock, EventLog
from ...errors import WebhookCursorLost
from .notes import Notes, Standing, Waiting
from .payloads import payload, type_of, webhook_id
from .posting import Answer, Outcome, Poster
from .signing import signed_headers
from .subscription import Subscription

MINUTE, HOUR = 60.0, 3600.0
SCHEDULE: Final = (
    5.0,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
)
"""Seconds between two attempts, as the specification suggests; after the last one a delivery is parked."""
LONGEST_PAUSE: Final = 5 * MINUTE
"""Between two looks whether a receiver can be reached again."""
MOST_WAITING: Final = 1_000
"""Deliveries of a subscription that may wait; then it waits as a whole, and nothing more is read for it."""
PAGE: Final = 500
_log = logging.getLogger(__name__)


class Told(NamedTuple):
    """Of one subscription: what was sent now, and where it stands."""

    subscription: str
    sent: int
    failed: int
    """Attempts that failed."""
    waiting: int
    parked: int
    position: int
    """Everything up to here was told, or waits, or is parked, or is of no interest."""
    disabled: str | None


def told_of(notes: Notes, subscription: Subscription, sent: int = 0, failed: int = 0) -> Told:
    """Where a subscription stands, and what was sent now."""
    standing, counts = notes.standing(subscription.name), notes.counts(subscription.name)
    position, disabled = (standing.position, standing.disabled) if standing else (0, None)
    return Told(subscription.name, sent, failed, *counts, position, disabled)


class Means(NamedTuple):
    """What a round works with."""

    log: EventLog
    clock: Clock
    notes: Notes
    poster: Poster
    most_waiting: int


class Round:
    """One pass over what is due for one subscription."""

    def __init__(self, means: Means, subscription: Subscription, told: threading.Event) -> None:
        self._means = means
        self._log, self._notes = means.log, means.notes
        self._to = subscription
        self._told = told
        self._sent = self._failed = 0

    def run(self) -> Told:
        """By turns one that waited and one that is new, so that neither holds up the other."""
        more = True
        while more and not self._told.is_set():
            standing = self._standing()
            if standing is None or standing.disabled or standing.paused_until > self._now():
                break
            retried, more = self._retry(), True
            if not self._told.is_set():
                more = self._go_on() or retried
        return told_of(self._notes, self._to, self._sent, self._failed)

    def _standing(self) -> Standing | None:
        standing = self._notes.standing(self._to.name)
        if standing and (
            standing.ledger_id != self._log.ledger_id
            or (standing.position and self._log.fingerprint(standing.position) != standing.fingerprint)
        ):
            raise WebhookCursorLost(
                "send webhooks",
                f"the log does not hold what {self._to.name} was told last: another one, or an older copy",
                "say from which position it is to be told on: replay(), or --from",
            )
        return standing

    def _retry(self) -> bool:
        """Try the next of those that wait and are due; False: none."""
        due = self._notes.due(self._to.name, self._now())
        if due is None:
            return False
        found = self._log.read(after=due.position - 1, limit=1, until=due.position)
        answer = self._post(found[0]) if found else Answer(Outcome.TAKEN, "")
        if answer.outcome is Outcome.TAKEN:
            self._notes.taken(self._to.name, due.position)
        elif answer.outcome is Outcome.FAILED:
            self._notes.put_off(self._to.name, due.position, answer.why, self._next_at(due.attempts))
            if due.attempts >= len(SCHEDULE):
                _log.warning("webhooks to %s: position %d is parked", self._to.name, due.position)
        return answer.outcome in (Outcome.TAKEN, Outcome.FAILED)

    def _go_on(self) -> bool:
        """Tell the next new event, passing over those of no interest; False: there is none, or no room."""
        standing = self._notes.standing(self._to.name)
        if standing is None or standing.disabled or standing.paused_until > self._now():
            return False
        if self._notes.counts(self._to.name)[0] >= self._means.most_waiting:
            return False
        page = self._log.read(after=standing.position, limit=PAGE)
        for place, envelope in enumerate(page):
            if self._is_wanted(envelope):
                last = page[place - 1].position if place else standing.position
                return self._tell(envelope, standing.position, last)
        return bool(page) and self._move(standing.position, page[-1].position)

    def _is_wanted(self, envelope: Envelope) -> bool:
        is_ours = envelope.name.owner == self._to.tenant and envelope.name.category != "intake"
        return is_ours and type_of(envelope.event) in self._to.types

    def _tell(self, envelope: Envelope, cursor: int, last: int) -> bool:
        if self._notes.is_held(self._to.name, envelope.stream):
            return self._move(cursor, envelope.position, self._waiting(envelope, 0, 0.0, ""))
        answer = self._post(envelope)
        match answer.outcome:
            case Outcome.TAKEN:
                return self._move(cursor, envelope.position)
            case Outcome.FAILED:
                waiting = self._waiting(envelope, 1, self._next_at(0) or 0.0, answer.why)
                return self._move(cursor, envelope.position, waiting)
            case Outcome.UNREACHABLE | Outcome.GONE:
                if last > cursor:
                    self._move(cursor, last)
                return False

    def _waiting(self, envelope: Envelope, attempts: int, next_at: float, why: str) -> Waiting:
        kind = type_of(envelope.event) or ""
        return Waiting(envelope.position, envelope.stream, kind, attempts, next_at, why)

    def _move(self, before: int, after: int, waiting: Waiting | None = None) -> bool:
        # Where somebody asked for a replay meanwhile, this changes nothing, and the next turn begins there.
        self._notes.move(self._to.name, before, after, self._log.fingerprint(after), waiting)
        return True

    def _next_at(self, attempts: int) -> float | None:
        return self._now() + SCHEDULE[attempts] if attempts < len(SCHEDULE) else None

    def _post(self, envelope: Envelope) -> Answer:
        body = payload(envelope, include_personal=self._to.include_personal)
        named, now = webhook_id(self._log.ledger_id, envelope), self._means.clock()
        headers = signed_headers(self._to.secrets, named, int(now.timestamp()), body)
        answer = self._means.poster.post(self._to.url, headers, body, now)
        self._sent += answer.outcome is Outcome.TAKEN
        self._failed += answer.outcome is not Outcome.TAKEN
        self._weigh(answer)
        return answer

    def _weigh(self, answer: Answer) -> None:
        """What the answer means for the subscription as a whole."""
        standing = self._notes.standing(self._to.name)
        if answer.outcome is Outcome.GONE:
            self._notes.disable(self._to.name, answer.why)
            _log.warning("webhooks to %s: answered %s, and disabled", self._to.name, answer.why)
        elif standing and answer.outcome is Outcome.UNREACHABLE:
            wait = min(SCHEDULE[0] * 2 ** min(standing.failures, 10), LONGEST_PAUSE)
            wait = wait if answer.retry_after is None else answer.retry_after
            self._notes.pause(self._to.name, standing.failures + 1, self._now() + wait)
            if not standing.failures:
                _log.warning("webhooks to %s: %s", self._to.name, answer.why)
        elif answer.retry_after is not None:
            self._notes.pause(self._to.name, 0, self._now() + answer.retry_after)
        elif standing and standing.failures:
            self._notes.pause(self._to.name, 0, 0.0)

    def _now(self) -> float:
        return self._means.clock().timestamp()
