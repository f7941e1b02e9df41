"""Decisions about a recipient domain: suspect an outage, see it end."""

from collections.abc import Callable, Iterator
from datetime import datetime

from ..reports import moved
from .aggregate import Counted, Outage
from .events import (
    DomainAnswered,
    OutageEnd,
    OutageEnded,
    OutageEvent,
    OutageSuspected,
    UnknownUserCounted,
)
from .policy import OutagePolicy


def count(
    outage: Outage,
    unknown: UnknownUserCounted,
    *,
    policy: OutagePolicy,
    outage_id: Callable[[datetime], str],
) -> Iterator[OutageEvent]:
    """Count an address that the domain does not know; suspect an outage where they are too many.

    An address counts once. What lies before the domain's last answer, or too long before the other unknown
    users, does not count.
    """
    at, answered = unknown.occurred_at, outage.answered_at
    if outage.suspected is not None or not policy.enabled or (answered is not None and at <= answered):
        return
    counted = _within(outage, at, policy)
    if any(at <= moved(c.at, -policy.window) or c.address_key == unknown.address_key for c in counted):
        return
    yield unknown
    if len({c.address_key for c in counted}) + 1 >= policy.addresses:
        newest = max([at, *(c.at for c in counted)])
        yield OutageSuspected(
            occurred_at=newest,
            tenant=unknown.tenant,
            domain_key=unknown.domain_key,
            outage=outage_id(newest),
            addresses=len(counted) + 1,
            message_id=unknown.message_id,
            until=moved(newest, policy.hold),
            policy_version=policy.version,
        )


def suspicious(outage: Outage, policy: OutagePolicy) -> tuple[Counted, ...]:
    """The addresses that made an open outage be suspected; their suppressions wait too."""
    return _within(outage, outage.suspected.occurred_at, policy) if outage.suspected else ()


def answer(outage: Outage, delivered: DomainAnswered, *, policy: OutagePolicy) -> Iterator[OutageEvent]:
    """Note that a message was delivered, if that says something: it ends an outage that began before it.

    Otherwise it does away with the unknown users before it. A delivery after the hold ended comes too late.
    """
    at, suspected = delivered.occurred_at, outage.suspected
    if suspected is not None:
        if suspected.occurred_at <= at:
            late = at >= suspected.until
            how = OutageEnd.TIMED_OUT if late else OutageEnd.RECOVERED
            yield _ended(suspected, how, suspected.until if late else at)
    elif any(moved(at, -policy.window) < c.at <= at for c in outage.counted):
        yield delivered


def time_out(outage: Outage, *, now: datetime) -> Iterator[OutageEvent]:
    """End an outage that has lasted as long as a hold may."""
    suspected = outage.suspected
    if suspected is not None and suspected.until <= now:
        yield _ended(suspected, OutageEnd.TIMED_OUT, suspected.until)


def _within(outage: Outage, at: datetime, policy: OutagePolicy) -> tuple[Counted, ...]:
    """The addresses counted within the window that ends at ``at``, or with a later one of them."""
    newest = max([at, *(c.at for c in outage.counted)])
    return tuple(c for c in outage.counted if c.at > moved(newest, -policy.window))


def _ended(suspected: OutageSuspected, how: OutageEnd, at: datetime) -> OutageEnded:
    return OutageEnded(
        occurred_at=at,
        tenant=suspected.tenant,
        domain_key=suspected.domain_key,
        outage=suspected.outage,
        how=how,
    )
