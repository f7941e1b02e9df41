"""Port to a provider's own suppression lists: what the commands that keep them in step need of an adapter."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ..domain.suppression_filter.events import Cause


@dataclass(frozen=True)
class ListEntry:
    """One address on one list of a provider, as the provider spells it."""

    address: str
    cause: Cause
    """What our filter calls it; ``provider_list`` where it says nothing nearer."""
    listed_at: datetime | None = None
    """UTC; None where the provider does not say."""
    words: str | None = None
    """The remote server's words, where the list has them."""
    list_name: str = ""
    """The provider's name of the list: ``bounces``, ``HardBounce`` …"""
    removable: bool = True
    """False where the provider says that its customer can never take it off."""


class Removed(StrEnum):
    """What a provider said to a removal."""

    CONFIRMED = "confirmed"
    """It is on none of the account's lists any more, or never was."""
    PENDING = "pending"
    """It was accepted; whether it is done is to be asked later (``find``)."""
    REFUSED = "refused"
    """The provider keeps it."""


@dataclass(frozen=True)
class Removal:
    """Outcome of taking an address off every list of the account. ``why`` is of a closed vocabulary:

    ``complaint`` (only the recipient can end it), ``compliance``, ``admin_blocked``, ``not_removable``.
    """

    outcome: Removed
    why: str | None = None


class Addition(StrEnum):
    """What became of putting an address on a provider's list."""

    ADDED = "added"
    """It is there now, or was before."""
    NOT_POSSIBLE = "not_possible"
    """The provider has no list for that cause, or none that its customers may add to."""


class SuppressionList(Protocol):
    """The lists of one account. Every call may raise ProviderUnavailable (try later; ``retry_after``) or
    ProviderRefused (credentials, rights: somebody has to look). Throttling is waited for within limits.
    """

    @property
    def provider(self) -> str:
        """Slug, as in ``inbound.providers``."""

    @property
    def account(self) -> str:
        """Name of the account, as in ``mark_submitted``."""

    def entries(self, *, since: datetime | None = None) -> Iterator[ListEntry]:
        """All entries, page by page, or those listed since a moment where the provider can say that."""

    def find(self, address: str) -> tuple[ListEntry, ...]:
        """The entries of one address, whatever its spelling; none where it is on no list."""

    def add(self, address: str, cause: Cause) -> Addition:
        """Put an address on the list for that cause; twice is once."""

    def remove(self, address: str) -> Removal:
        """Take an address off every list of the account; twice is once."""

    def close(self) -> None:
        """Release connections."""
