"""Eight people of one domain, to each of whom a message was sent."""

from typing import Any

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.outage.policy import OutagePolicy
from deliveryledger.domain.reports import DeliveryReport, Outcome
from tests.application.world import Clock, about, send, tell

DOMAIN = "acme.example"
UNKNOWN = FailureReason.MAILBOX_UNKNOWN
THREE = Policies(outage=OutagePolicy(version="strict-1", addresses=3, within_minutes=10, hold_hours=24))


def address(number: int) -> str:
    return f"person.{number}@{DOMAIN}"


def registered(ledger: Ledger, *numbers: int, tenant: str = "default") -> None:
    for number in numbers:
        bound = ledger.tenant(tenant)
        bound.candidate_emails.register(f"cand-{number}", address(number), by="rec-3")
        send(bound, f"cand-{number}", f"msg-{number}")


def bounced(clock: Clock, number: int, **fields: Any) -> DeliveryReport:
    fields = {"reason": UNKNOWN, "recipient": address(number), **fields}
    return about(f"msg-{number}", Outcome.BOUNCED, clock.now, **fields)


def delivered(clock: Clock, number: int) -> DeliveryReport:
    return about(f"msg-{number}", Outcome.DELIVERED, clock.now, recipient=address(number))


def bounce(ledger: Ledger, clock: Clock, *numbers: int, **fields: Any) -> None:
    for number in numbers:
        clock.move(minutes=1)
        tell(ledger, bounced(clock, number, **fields))


def deliver(ledger: Ledger, clock: Clock, number: int) -> None:
    clock.move(minutes=1)
    tell(ledger, delivered(clock, number))


def refused(ledger: Ledger) -> list[int]:
    return [n for n in range(8) if not ledger.suppression_filters.may_send(address(n))]


def history(ledger: Ledger, *names: str) -> list[Any]:
    return [e.event for e in ledger.history() if type(e.event).__name__ in names]
