"""Suppressions wait while a recipient domain seems to have an outage.

What is held waits, in the log's table of what waits, for the id of the outage: so it is found with one query
when the outage ends, however much it is.
"""

from datetime import datetime
from functools import partial

from ..domain.addresses import ERASED_DOMAIN
from ..domain.aggregate import Event
from ..domain.failure_reason import FailureReason, Severity
from ..domain.identifiers import message_stream, outage_stream, parse_stream
from ..domain.message.events import MessageBounced, MessageDelivered
from ..domain.outage import decisions as outages
from ..domain.outage.aggregate import newest_needed
from ..domain.outage.events import DomainAnswered, OutageEnd, OutageEnded, UnknownUserCounted
from ..domain.outage.policy import OutagePolicy
from ..domain.reports import moved
from ..domain.suppression_filter import decisions as filters
from ..domain.suppression_filter.events import AddressSuppressed, SuppressionHeld
from ..domain.suppression_filter.expiry import ExpiryPolicy
from .suppressing import suppression_about
from .unit_of_work import UnitOfWork


def tells_of_domain(event: Event) -> bool:
    """Whether it may end an outage of the recipient's domain, or be part of one."""
    match event:
        case MessageDelivered():
            return True
        case MessageBounced(severity=Severity.HARD, reason=FailureReason.MAILBOX_UNKNOWN):
            return True
    return False


def stream_of_domain(unit: UnitOfWork, tenant: str, address: str) -> str | None:
    """What the tenant knows of the address's domain; None where the address was erased or names none."""
    _, at, domain = address.rpartition("@")
    if not at or domain in ("", ERASED_DOMAIN):
        return None
    return outage_stream(tenant, unit.digests.domain_key(address))


def load_domains(unit: UnitOfWork, streams: set[str], policy: OutagePolicy) -> None:
    """Load what has to be known of many domains, with one query."""
    unit.load_tails(streams, newest_needed(policy.addresses))


def suppress_or_hold(
    unit: UnitOfWork,
    name: str,
    suppression: AddressSuppressed,
    *,
    domain: str,
    submitted_at: datetime | None,
    policy: OutagePolicy,
    expiry: ExpiryPolicy,
) -> None:
    """Put an address that its domain does not know on the filter, unless the domain seems to have an outage.

    An outage that begins with it makes those wait that were put there within the window.
    """
    entry, at = unit.filter_entry(name), suppression.occurred_at
    suppressed = list(filters.suppress(entry, suppression, submitted_at=submitted_at))
    may_wait = suppression.cause not in entry.active(at) and not entry.hold_dropped
    # What comes in as late as a hold would end has nothing to wait for.
    if not suppressed or not may_wait or moved(at, policy.hold) <= unit.now:
        unit.decide(name, iter(suppressed))
        return
    if unit.existing(domain):
        time_out(unit, domain, expiry)
    was_open = unit.outage(domain).suspected is not None
    _count(unit, domain, suppression, policy)
    outage = unit.outage(domain).suspected
    if outage is None or at <= moved(outage.occurred_at, -policy.window):
        unit.decide(name, iter(suppressed))
        return
    _hold(unit, name, suppression, outage.outage)
    for earlier in () if was_open else outages.suspicious(unit.outage(domain), policy):
        waits = suppression.model_copy(
            update={
                "occurred_at": earlier.at,
                "address_key": earlier.address_key,
                "message_id": earlier.message_id,
            }
        )
        _hold(unit, f"{name.rpartition(':')[0]}:{earlier.address_key}", waits, outage.outage, undoing=True)


def answered(
    unit: UnitOfWork, domain: str, message_id: str, at: datetime, policy: OutagePolicy, expiry: ExpiryPolicy
) -> None:
    """A message was delivered to the domain: an outage that began before it is over."""
    if not unit.existing(domain):
        return
    owner = parse_stream(domain)
    delivered = DomainAnswered(occurred_at=at, tenant=owner.owner, domain_key=owner.id, message_id=message_id)
    for event in unit.decide(domain, outages.answer(unit.outage(domain), delivered, policy=policy)):
        if isinstance(event, OutageEnded):
            _decide_held(unit, event, expiry)


def settle(unit: UnitOfWork, domain: str, expiry: ExpiryPolicy) -> int:
    """As :func:`time_out`, of a domain of which nothing was loaded: an open outage is its newest event."""
    unit.load_tails((domain,), 1)
    return time_out(unit, domain, expiry)


def time_out(unit: UnitOfWork, domain: str, expiry: ExpiryPolicy) -> int:
    """End an outage whose hold has ended, and apply what it held; returns how many addresses."""
    ended = unit.decide(domain, outages.time_out(unit.outage(domain), now=unit.now))
    return sum(_decide_held(unit, event, expiry) for event in ended if isinstance(event, OutageEnded))


def _count(unit: UnitOfWork, domain: str, suppression: AddressSuppressed, policy: OutagePolicy) -> None:
    owner, message_id = parse_stream(domain), suppression.message_id
    assert message_id is not None  # noqa: S101  # a report about a message caused it
    unknown = UnknownUserCounted(
        occurred_at=suppression.occurred_at,
        tenant=owner.owner,
        domain_key=owner.id,
        address_key=suppression.address_key,
        message_id=message_id,
    )
    name_it = partial(unit.digests.outage_id, owner.owner, owner.id)
    unit.decide(domain, outages.count(unit.outage(domain), unknown, policy=policy, outage_id=name_it))


def _hold(
    unit: UnitOfWork, name: str, suppression: AddressSuppressed, outage: str, *, undoing: bool = False
) -> None:
    assert suppression.reason and suppression.message_id  # noqa: S101, PT018  # an unknown user of a message
    held = SuppressionHeld(
        occurred_at=suppression.occurred_at,
        scope=suppression.scope,
        address_key=suppression.address_key,
        cause=suppression.cause,
        reason=suppression.reason,
        message_id=suppression.message_id,
        outage=outage,
    )
    if unit.decide(name, filters.hold(unit.filter_entry(name), held, undoing=undoing)):
        unit.let_wait(name, (outage,))


def _decide_held(unit: UnitOfWork, ended: OutageEnded, expiry: ExpiryPolicy) -> int:
    """Apply or drop everything that waits for the outage's end; returns how many addresses."""
    names = unit.waiting((ended.outage,))
    unit.load(names)
    held = {n: h for n in names if (h := unit.filter_entry(n).held) and h.outage == ended.outage}
    applies = ended.how is OutageEnd.TIMED_OUT
    if applies:
        unit.load({message_stream(ended.tenant, h.message_id) for h in held.values()})
    for name, each in held.items():
        stream = message_stream(ended.tenant, each.message_id)
        suppression = (
            suppression_about(
                unit,
                stream,
                unit.message(stream),
                at=each.occurred_at,
                cause=each.cause,
                reason=each.reason,
                recipient=None,
                expiry=expiry,
            )
            if applies
            else None
        )
        released = filters.release_hold(
            unit.filter_entry(name), outage=ended.outage, at=ended.occurred_at, suppression=suppression
        )
        unit.decide(name, released)
    unit.changes.no_longer_waiting.extend(names)
    return len(held)
