"""The ATS cannot be told by webhook."""

from .base import DeliveryLedgerError


class WebhookError(DeliveryLedgerError):
    """Webhooks cannot be sent; what was not told is still to be told."""


class AlreadySending(WebhookError):
    """Another process sends the webhooks of this ledger; two would repeat each other."""


class WebhookCursorLost(WebhookError):
    """The log is another one than was told from, or an older copy. Say from which position to go on."""
