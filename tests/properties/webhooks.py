"""A ledger that knows the messages that some readings are about, and what it shows of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from deliveryledger import Ledger
from deliveryledger.domain.reports import DeliveryReport, Reading
from deliveryledger.errors import DeliveryLedgerError
from tests.properties.worlds import LAWFUL

REGISTERED = datetime.fromisoformat("2026-11-01T08:00:00+00:00")


_MADE_WITH_A_SECRET: Any = {"id": True, "incident_ids": True, "items": {"__all__": {"id", "incident_ids"}}}


class World:
    """A ledger in memory with a clock of its own, and a message for each recipient and provider's id."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self.now = REGISTERED
        self.ledger = Ledger.open(":memory:", clock=lambda: self.now, policies=LAWFUL)
        self.candidates: dict[str, str] = {}
        for reading in readings:
            for report in reading.reports:
                self._know(report)

    def _know(self, report: DeliveryReport) -> None:
        address = (report.recipient or "").lower()
        if not address or not report.provider_message_id:
            return
        if address not in self.candidates:
            candidate = f"cand-{len(self.candidates)}"
            try:
                self.ledger.candidate_emails.register(candidate, address, by="rec-3")
            except DeliveryLedgerError:  # nobody can be registered by an address that is none
                return
            self.candidates[address] = candidate
        message = f"msg-{self.candidates[address]}-{report.provider_message_id.encode().hex()[:60]}"
        self.ledger.messages.register(
            self.candidates[address], sender="rec-3", subject="Interview", message_id=message
        )
        self.ledger.messages.mark_submitted(
            message,
            provider=report.provider,
            provider_message_id=report.provider_message_id,
            account=report.account,
        )

    def record(self, readings: Iterable[Reading], *, at: datetime) -> "World":
        """Take requests in at a moment, each as if its signature were its own."""
        self.now = at
        for reading in readings:
            self.ledger.record(reading.model_copy(update={"replay_key": None}))
        return self

    def picture(self, *, at: datetime) -> dict[str, Any]:
        """What does not depend on the order: cards, filter, and whether somebody gets mail."""
        self.now = at
        ledger = self.ledger
        entries = ledger.recipient_filter().entries
        return {
            "cards": [ledger.candidate_card(c).model_dump(mode="json") for c in self.candidates.values()],
            "filter": sorted((entry.model_dump(mode="json") for entry in entries), key=str),
            "may send": [ledger.suppression_filters.may_send(address).causes for address in self.candidates],
        }

    def bell(self, *, at: datetime) -> list[dict[str, Any]]:
        """The sender's bell, whose counts depend on the order; ids are made with a secret of the ledger."""
        self.now = at
        items = self.ledger.bell("rec-3").items
        return sorted((item.model_dump(mode="json", exclude=_MADE_WITH_A_SECRET) for item in items), key=str)

    @property
    def facts(self) -> int:
        """How many events there are."""
        return self.ledger.status().last_position
