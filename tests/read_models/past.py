"""A ledger with a past: Ada complains, Grace is suppressed by hand for a day."""

from datetime import timedelta
from pathlib import Path

from deliveryledger import Ledger
from deliveryledger.domain.reports import Outcome
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, about, send, tell


def open_with_a_past(path: Path, clock: Clock) -> Ledger:
    """Registered and sent; complained an hour later; Grace suppressed two hours later, a month ago."""
    ledger = Ledger.open(path, clock=clock)
    ledger.candidate_emails.register("cand-7", ADDRESS, name="Ada Lovelace", by="rec-3")
    send(ledger, "cand-7", "msg-1")
    clock.move(hours=1)
    tell(ledger, about("msg-1", Outcome.COMPLAINED, clock.now))
    clock.move(hours=1)
    ledger.candidate_emails.register("cand-8", "grace@navy.example", by="rec-3")
    ends = clock.now + timedelta(days=1)
    ledger.suppression_filters.suppress("grace@navy.example", by="sup-1", expires_at=ends)
    clock.move(days=30)
    return ledger
