"""The outbox's units of work: queued before it is sent, then recorded as sent or as failed."""

import os
from collections.abc import Sequence
from datetime import timedelta

from ..domain.identifiers import parse_stream, uuid7
from ..domain.incident import decisions as incidents
from ..domain.incident.events import NotificationQueued, WhyNotSent
from .outbox_plan import Due, Pending, Place
from .unit_of_work import UnitOfWork


def queue(
    unit: UnitOfWork, place: Place, due: Sequence[Due], *, seen: int, busy_for: timedelta
) -> Pending | None:
    """Queue one mail to a mailbox, about those of the incidents that are still open and told to nobody.

    None: there are none, or somebody has written to the mailbox since the position that was ``seen``.
    """
    if _is_overtaken(unit, place, seen):
        return None
    unit.load([each.stream for each in due])
    id_, until = uuid7(unit.now, os.urandom(10)), unit.now + busy_for
    taken = []
    for each in due:
        decided = incidents.queue(
            unit.incident(each.stream),
            channel=place.channel,
            at=unit.now,
            notification_id=id_,
            receiver=place.receiver,
            until=until,
        )
        if unit.decide(each.stream, decided):
            taken.append(each)
    return Pending(id_, *place, unit.now, 1, tuple(taken)) if taken else None


def queue_again(unit: UnitOfWork, mail: Pending, *, busy_for: timedelta) -> Pending | None:
    """Take up a mail that nobody is sending, about what is still open of it; None: there is nothing."""
    unit.load([each.stream for each in mail.due])
    taken = []
    for each in mail.due:
        decided = incidents.queue_again(
            unit.incident(each.stream),
            channel=mail.channel,
            notification_id=mail.notification_id,
            at=unit.now,
            until=unit.now + busy_for,
        )
        if unit.decide(each.stream, decided):
            taken.append(each)
    return mail._replace(due=tuple(taken)) if taken else None


def record_sent(unit: UnitOfWork, mail: Pending) -> None:
    """The server has taken it."""
    unit.load([each.stream for each in mail.due])
    for each in mail.due:
        decided = incidents.sent(
            unit.incident(each.stream),
            channel=mail.channel,
            notification_id=mail.notification_id,
            at=unit.now,
        )
        unit.decide(each.stream, decided)


def record_failure(unit: UnitOfWork, mail: Pending, why: WhyNotSent, *, waits: Sequence[timedelta]) -> bool:
    """The server has not taken it. Without ``waits``, or after the last of them, its receiver is given up:
    that is the answer."""
    unit.load([each.stream for each in mail.due])
    states = [unit.incident(each.stream).notifications.get(mail.channel) for each in mail.due]
    tries = max((state.tries for state in states if state), default=1)
    retry_at = None if tries > len(waits) else unit.now + waits[tries - 1]
    for each in mail.due:
        decided = incidents.failed(
            unit.incident(each.stream),
            channel=mail.channel,
            notification_id=mail.notification_id,
            why=why,
            retry_at=retry_at,
            at=unit.now,
        )
        unit.decide(each.stream, decided)
    return retry_at is None


def _is_overtaken(unit: UnitOfWork, place: Place, position: int) -> bool:
    return any(
        isinstance(event, NotificationQueued)
        and event.receiver == place.receiver
        and parse_stream(stream).owner == place.tenant
        for stream, event in unit.transaction.since(position)
    )
