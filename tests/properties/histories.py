"""Histories of the small world: reports and everything that people do, with time passing in between."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from deliveryledger import Ledger
from deliveryledger.domain.reports import DeliveryReport
from deliveryledger.errors import CommandRefused
from tests.properties.worlds import ADA, GRACE, NOW, populate, record, reports

COMMANDS = (
    "register",
    "suppress",
    "suppress for a week",
    "consent",
    "lift",
    "request",
    "reject",
    "approve",
    "correct",
    "resend",
    "confirm",
    "cv address",
    "dismiss",
    "erase",
)
STEPS = st.one_of(reports(), reports(), st.tuples(st.sampled_from(COMMANDS), st.sampled_from([ADA, GRACE])))
HISTORIES = st.lists(STEPS, max_size=14)
Step = DeliveryReport | tuple[str, str]


class Passing:
    """A clock that shows the same time until it is told to go on."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def live_through(ledger: Ledger, clock: Passing, history: Sequence[Step]) -> None:
    """The small world, then each step some hours later; what a rule refuses is left out."""
    populate(ledger)
    for number, step in enumerate(history):
        clock.now += timedelta(hours=7)
        if isinstance(step, DeliveryReport):
            record(ledger, [later(step, clock.now - NOW)])
        else:
            with suppress(CommandRefused):
                carry_out(ledger, *step, number)


def later(report: DeliveryReport, by: timedelta) -> DeliveryReport:
    """The same claim, made later: failures on several days are what escalates."""
    return report._replace(occurred_at=report.occurred_at + by, received_at=report.received_at + by)


def carry_out(ledger: Ledger, command: str, address: str, number: int) -> Any:
    """One command of a person."""
    filters, emails = ledger.suppression_filters, ledger.candidate_emails
    candidate, message = ("cand-1", "msg-1") if address == ADA else ("cand-2", "msg-3")
    open_requests = [r.id for r in filters.requests(address) if r.state == "open"] or ["none.1"]
    match command:
        case "register":
            return ledger.messages.register(
                candidate, sender="rec-3", subject="More", message_id=f"new-{number}"
            )
        case "suppress":
            return filters.suppress(address, by="sup-1")
        case "suppress for a week":
            ends = ledger._services.clock() + timedelta(days=7)
            return filters.suppress(address, by="sup-1", expires_at=ends)
        case "consent":
            return filters.record_consent(address, kind="recipient", evidence="mail", by="sup-1")
        case "lift":
            return filters.lift(address, by="sup-1", approved_by="sup-2", evidence="phone")
        case "request":
            return filters.request_removal(address, by="sup-1", evidence="phone")
        case "reject":
            return filters.reject(open_requests[0], by="sup-2", note="no")
        case "approve":
            return filters.approve(open_requests[0], by="sup-2")
        case "correct":
            return emails.correct(candidate, f"{candidate}@gmail.com", grounds="cv", by="rec-3")
        case "resend":
            return ledger.messages.resend(message, by="rec-3")
        case "confirm":
            return emails.confirm(candidate, by="rec-3")
        case "cv address":
            return emails.record_cv_address(candidate, "ada@gmail.com", document="cv.pdf", page=1)
        case "erase":
            return ledger.erase(candidate, by="dpo")
        case _:
            return emails.dismiss_suggestion(candidate, "ada@gmail.com", by="rec-3")
