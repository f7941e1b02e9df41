"""State of one recipient domain: the unknown users since it answered last, or the outage that is open."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ..aggregate import changed
from .events import DomainAnswered, OutageEnded, OutageEvent, OutageSuspected, UnknownUserCounted

MOST_COUNTED = 200
"""Addresses that are remembered; twice the highest number that a policy may set."""


class Counted(NamedTuple):
    """One address that the domain does not know."""

    at: datetime
    address_key: str
    message_id: str


@dataclass(frozen=True)
class Outage:
    """What is known of a domain. Its newest events are enough to know it: see :func:`newest_needed`."""

    counted: tuple[Counted, ...] = ()
    answered_at: datetime | None = None
    suspected: OutageSuspected | None = None
    """The outage that is open."""


def evolve(outage: Outage, event: OutageEvent) -> Outage:
    """Remember; never judge, never fail."""
    match event:
        case UnknownUserCounted():
            counted = Counted(event.occurred_at, event.address_key, event.message_id)
            return changed(outage, counted=(*outage.counted, counted)[-MOST_COUNTED:])
        case DomainAnswered(occurred_at=at):
            return changed(
                outage,
                counted=tuple(c for c in outage.counted if c.at > at),
                answered_at=max(outage.answered_at or at, at),
            )
        case OutageSuspected():
            return changed(outage, suspected=event)
        case OutageEnded(occurred_at=at):
            return Outage(answered_at=max(outage.answered_at or at, at))


def newest_needed(addresses: int) -> int:
    """How many of the newest events of a stream tell its state, where a policy needs so many addresses.

    An answer is recorded only where it does away with a counted address, and nothing while an outage is open.
    """
    return 2 * addresses + 2
