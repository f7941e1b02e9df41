"""Telling the ATS: webhooks out of the log."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..application.services import Services
from ..errors import InvalidInput

if TYPE_CHECKING:
    from ..outbound.webhooks import Subscription, WebhookSender


class Telling:
    """A part of the façade; what it needs, the façade has."""

    _services: Services
    _place: Path | None

    def webhooks(self, subscriptions: Sequence["Subscription"], **limits: Any) -> "WebhookSender":
        """What sends webhooks to these subscriptions; close it after use. Extra ``sync`` (MissingExtra).

        What it has sent is noted in a file beside the log (``.webhooks``), which is made here if there is
        none. ``limits``: see :class:`WebhookSender`. A subscription without a tenant is to the default or
        bound one. Raises InvalidInput where a bound ledger is to tell of another tenant; StorageError.
        """
        from ..outbound.webhooks import WebhookSender  # not before: it takes time to load

        owned = [replace(each, tenant=self._services.tenant(each.tenant)) for each in subscriptions]
        if self._services.is_bound and any(each.tenant != self._services.default_tenant for each in owned):
            raise InvalidInput(
                "send webhooks", "a subscription is to another tenant", "use the ledger that is not bound"
            )
        return WebhookSender(self._services.log, self._services.clock, self._place, owned, **limits)
