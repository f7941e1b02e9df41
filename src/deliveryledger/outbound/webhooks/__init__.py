"""Webhooks to the ATS: told from the log, signed after Standard Webhooks, ordered per message.

Source: github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from .round import Told
from .sender import WebhookSender
from .subscription import Subscription

__all__ = ["Subscription", "Told", "WebhookSender"]
