"""Something for an audit log to follow."""

from deliveryledger import Ledger


def fill(ledger: Ledger, *numbers: int) -> None:
    """Record an event for each number."""
    for number in numbers:
        ledger.candidate_emails.register(f"cand-{number}", f"ada{number}@example.org", by="rec-3")
