"""A provider's API did not do what was asked."""

from .base import DeliveryLedgerError


class ProviderError(DeliveryLedgerError):
    """A call of a provider's API did not do what was asked. Nothing was recorded of it."""


class ProviderUnavailable(ProviderError):
    """The provider cannot be reached, is too busy or failed. Safe to retry, after ``retry_after`` seconds."""

    def __init__(
        self, attempted: str, obstacle: str, remedy: str, *, retry_after: float | None = None
    ) -> None:
        super().__init__(attempted, obstacle, remedy)
        self.retry_after = retry_after


class ProviderRefused(ProviderError):
    """The provider says no to the call: credentials, rights, an unknown stream. Somebody has to look."""
