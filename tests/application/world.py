"""Ada's ledger: a clock that is set, and short words for what is told to the ledger."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from deliveryledger import Ledger
from deliveryledger.application.recording import Recording
from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading
from deliveryledger.testing import AT_REGISTRATION, claim


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = AT_REGISTRATION) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **delta: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**delta)
        return self.now


def reading(*reports: DeliveryReport, **fields: Any) -> Reading:
    """What one webhook request says."""
    at = max((report.received_at or report.occurred_at for report in reports), default=AT_REGISTRATION)
    return Reading(**{"provider": "postmark", "received_at": at, "reports": reports, **fields})


def tell(ledger: Ledger, *reports: DeliveryReport) -> Recording:
    """Record a batch."""
    return ledger.record(reading(*reports))


def told_one_by_one(ledger: Ledger, reports: Sequence[DeliveryReport]) -> Recording:
    """Each report as a request of its own."""
    return sum((tell(ledger, report) for report in reports), Recording())


def about(message_id: str, outcome: Outcome, at: datetime, **fields: Any) -> DeliveryReport:
    """A claim that brings back our own message id."""
    return claim(outcome, at, **{"message_id": message_id, "provider_message_id": None, **fields})


def send(ledger: Ledger, candidate_id: str, message_id: str) -> None:
    """Register a message and mark it as submitted, the provider's id being ``p-<message id>``."""
    ledger.messages.register(candidate_id, sender="rec-3", subject="Interview", message_id=message_id)
    ledger.messages.mark_submitted(message_id, provider="postmark", provider_message_id=f"p-{message_id}")


def events(ledger: Ledger, candidate_id: str = "cand-7") -> list[str]:
    """Names of the events in the activity log, oldest first."""
    return [entry.event for entry in reversed(ledger.activity(candidate_id).entries)]


def shown(ledger: Ledger, message_id: str, candidate_id: str = "cand-7", lang: str = "en") -> Any:
    """A message as the card shows it."""
    card = ledger.candidate_card(candidate_id, lang=lang)
    return next(message for message in card.messages if message.id == message_id)
