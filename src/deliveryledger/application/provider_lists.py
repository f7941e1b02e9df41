"""``ledger.provider_lists``: the providers' own suppression lists, kept in step with the recipient filter."""

from collections.abc import Callable

from .provider_removals import ListViews, ProviderRemovals
from .services import Services


class ProviderLists(ProviderRemovals):
    """Carries approved removals out at the providers. Only this asks a provider anything."""

    def __init__(
        self, services: Services, views: ListViews, withheld: Callable[[str, str], tuple[str, ...]]
    ) -> None:
        self._services = services
        self._views = views
        self._withheld = withheld
