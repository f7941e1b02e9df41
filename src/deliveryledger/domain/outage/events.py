"""Whether one recipient domain seems to have an outage. Stream ``outage-<tenant>:<domain key>``.

The domain is a keyed digest; its name stands in sealed addresses alone. Which suppressions wait for the end
of an outage, their own streams say (``SuppressionHeld``).
"""

from enum import StrEnum

from ..aggregate import Event, UtcDatetime


class OutageEnd(StrEnum):
    """How an outage ended."""

    RECOVERED = "recovered"
    """A message was delivered to the domain: what was held is dropped."""
    TIMED_OUT = "timed_out"
    """Nothing was delivered for as long as the policy waits: what was held is applied."""


class UnknownUserCounted(Event):
    """The domain said that it does not know an address which was not on the filter."""

    tenant: str
    domain_key: str
    address_key: str
    message_id: str


class DomainAnswered(Event):
    """A message was delivered to the domain: the unknown users before it say nothing of an outage."""

    tenant: str
    domain_key: str
    message_id: str


class OutageSuspected(Event):
    """So many unknown users within so short a time: an outage there, rather than so many dead addresses."""

    tenant: str
    domain_key: str
    outage: str
    """Opaque id of the outage; it names no domain."""
    addresses: int
    """How many addresses were counted."""
    message_id: str
    """A message to one of them."""
    until: UtcDatetime
    """When the held suppressions are applied, unless the domain recovers."""
    policy_version: str


class OutageEnded(Event):
    """What was held is decided now."""

    tenant: str
    domain_key: str
    outage: str
    how: OutageEnd


OutageEvent = UnknownUserCounted | DomainAnswered | OutageSuspected | OutageEnded
