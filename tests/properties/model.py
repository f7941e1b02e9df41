"""The model that the state machine compares a ledger with: a few dictionaries."""

from datetime import datetime
from typing import Any

from deliveryledger.domain.reports import Outcome

NO_ADDRESS = "not an address"
ADDRESSES = ("ada@gmial.com", "ada@gmail.com", "ada@work.example", NO_ADDRESS)
CANDIDATES = ("cand-1", "cand-2")
RANKS = {"registered": 0, "submitted": 1, "delivered": 3, "hard_bounced": 4, "complained": 5}
STATUS_OF = {
    Outcome.SUBMITTED: "submitted",
    Outcome.DELIVERED: "delivered",
    Outcome.BOUNCED: "hard_bounced",
    Outcome.COMPLAINED: "complained",
}
CAUSE_OF = {Outcome.BOUNCED: "hard_bounce", Outcome.COMPLAINED: "complaint"}


class Model:
    """What is known, in the simplest words. ``now`` is moved by the machine."""

    now: datetime
    address: dict[str, str]
    messages: dict[str, dict[str, Any]]
    causes: dict[str, set[str]]
    lifted_at: dict[str, datetime]
    consented: set[str]

    def is_blocked(self, address: str) -> bool:
        return bool(self.causes[address]) or address == NO_ADDRESS

    def add_message(self, message_id: str, candidate: str, resend_of: str | None = None) -> None:
        address = self.address[candidate]
        self.messages[message_id] = {
            "candidate": candidate,
            "address": address,
            "status": "registered",
            "withheld": self.is_blocked(address),
            "submitted_at": None,
            "resend_of": resend_of,
            "resent_as": None,
        }

    def suppress_for(self, message: dict[str, Any], outcome: Outcome, *, already_known: bool) -> None:
        """A hard bounce is told once, and after a lift only about messages submitted since."""
        address = message["address"]
        if outcome is Outcome.COMPLAINED:
            self.causes[address].add("complaint")
            self.consented.discard(address)
        elif outcome is Outcome.BOUNCED and not already_known:
            evidence_from = message["submitted_at"] or self.now
            if address not in self.lifted_at or evidence_from > self.lifted_at[address]:
                self.causes[address].add("hard_bounce")

    def raise_status(self, message: dict[str, Any], outcome: Outcome) -> None:
        if outcome is Outcome.SUBMITTED and message["submitted_at"] is None:
            message["submitted_at"] = self.now
        if RANKS[STATUS_OF[outcome]] > RANKS[message["status"]]:
            message["status"] = STATUS_OF[outcome]
