"""``ledger.provider_lists``: the providers' own suppression lists, kept in step with the recipient filter."""

from collections.abc import Callable
from typing import Protocol

from .provider_removals import ListViews, ProviderRemovals
from .reconciling import EntryViews, Reconciling
from .services import Services


class Views(ListViews, EntryViews, Protocol):
    """What is asked of the read models."""


class ProviderLists(ProviderRemovals, Reconciling):
    """Carries approved removals out at the providers, and finds and repairs what differs."""

    def __init__(
        self, services: Services, views: Views, withheld: Callable[[str, str], tuple[str, ...]]
    ) -> None:
        self._services = services
        self._views = self._entries = views
        self._withheld = withheld
