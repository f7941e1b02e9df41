"""Level one of deduplication: a delivery that was recorded is a repeat as a whole, and is not read again.

A delivery is a request, a file or a queue's message. This level spares work and tells a stolen proof from a
repetition; nothing rests on it, because what it lets through is compared with what is known.
"""

from datetime import timedelta
from typing import Final

from ..domain.addresses import Digests
from ..errors import ReplayRefused
from .ports import Delivery
from .unit_of_work import UnitOfWork

REMEMBERED: Final = timedelta(days=30)
"""How long requests and replay keys are remembered. No provider sends a request again after more than some
days, and no signature is fresh for more than minutes."""


def request_key(
    digests: Digests, *, provider: str, account: str, content: str, tenant: str | None = None
) -> str:
    """The key of a webhook request of a provider's account, by the digest of its body.

    ``tenant``: for whom alone it was handed in; another tenant may find messages of its own in it.
    """
    return digests.report_id("\n".join(("request", provider, account, tenant or "", content)))


def is_new_delivery(unit: UnitOfWork, key: str, content: str = "", *, for_ever: bool = False) -> bool:
    """Remember a delivery. False: it was seen before. Raises ReplayRefused if with other content."""
    known = _known(unit, key)
    if known is None:
        unit.changes.deliveries[key] = Delivery(content, None if for_ever else unit.now.date())
        return True
    if known != content:
        raise ReplayRefused(
            "record a webhook request",
            "its replay key was seen before with other content",
            "check who can see your webhook traffic, and rotate the signing key",
        )
    return False


def was_seen(unit: UnitOfWork, key: str) -> bool:
    """Whether a delivery is remembered."""
    return _known(unit, key) is not None


def forget_old_deliveries(unit: UnitOfWork) -> None:
    """Let go of requests and replay keys that can no longer come back; deliveries with a name stay."""
    unit.changes.deliveries_forgotten = (unit.now - REMEMBERED).date()


def _known(unit: UnitOfWork, key: str) -> str | None:
    here = unit.changes.deliveries.get(key)
    return here.content if here is not None else unit.transaction.delivery(key)
