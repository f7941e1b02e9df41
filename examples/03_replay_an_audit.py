"""An audit: read the whole log with the stock classes of eventsourcing, and compute every state anew.

    python examples/03_replay_an_audit.py [LEDGER]

No read model is asked and no code of the ledger's façade runs: what is printed follows from the stored
events and the rules alone. Without an argument a small ledger is made first, in a temporary folder.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, cast

from eventsourcing.system import NotificationLogReader

from deliveryledger import Ledger
from deliveryledger.application.envelope import Envelope
from deliveryledger.domain.candidate_email import aggregate as candidate_email
from deliveryledger.domain.identifiers import parse_stream
from deliveryledger.domain.message import aggregate as message
from deliveryledger.domain.suppression_filter import aggregate as suppression_filter
from deliveryledger.storage.eventsourcing_application import LedgerApplication
from deliveryledger.storage.key_sources import key_source
from deliveryledger.storage.key_store import KeyStore

# What an audit looks at: the initial state and the function that adds an event to it.
RULES: dict[str, tuple[Any, Callable[[Any, Any], Any]]] = {
    "message": (message.Message(), message.evolve),
    "candidate_email": (candidate_email.CandidateEmail(), candidate_email.evolve),
    "suppression_filter": (suppression_filter.SuppressionFilter(), suppression_filter.evolve),
}


def envelopes(path: Path) -> Iterator[Envelope]:
    """Every event with its place, oldest first, through the notification log."""
    with (
        closing(KeyStore(f"{path}.keys", key_source(path), log_exists=True)) as keys,
        closing(LedgerApplication(str(path), keys)) as application,
    ):
        for page in NotificationLogReader(application.notification_log).select(start=1):
            yield from (cast("Envelope", application.mapper.to_domain_event(event)) for event in page)


def audit(path: Path) -> None:
    """Print when, who and what, then the states that result."""
    states: dict[str, Any] = {}
    for envelope in envelopes(path):
        stream, event = envelope.stream, envelope.event
        category = parse_stream(stream).category
        if category in RULES:
            initial, evolve = RULES[category]
            states[stream] = evolve(states.get(stream, initial), event)
        who = (
            getattr(event, "by", None)
            or getattr(event, "sender_id", None)
            or getattr(event, "provider", None)
        )
        print(
            f"{event.occurred_at:%Y-%m-%d %H:%M}  {who or 'ledger':<9} {category:<18} {type(event).__name__}"
        )
    print()
    for state in states.values():
        match state:
            case message.Message():
                withheld = f", withheld: {', '.join(state.withheld_by)}" if state.withheld_by else ""
                print(f"message {state.message_id}: {state.status}{withheld}")
            case candidate_email.CandidateEmail():
                print(f"candidate {state.candidate_id}: {state.address}")
            case suppression_filter.SuppressionFilter():
                print(f"filter entry: {', '.join(state.active(datetime.now(UTC))) or 'not active'}")


def make_ledger(path: Path) -> None:
    """A message to an address that somebody has put on the filter; corrected; sent again."""
    moments = (datetime(2026, 11, 14, 9, 30, second, tzinfo=UTC) for second in count())
    with Ledger.open(path, clock=lambda: next(moments)) as ledger:
        ledger.candidate_emails.register("cand-7", "ada@gmial.com", name="Ada Lovelace", by="rec-3")
        ledger.suppression_filters.suppress("ada@gmial.com", by="sup-1")
        ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
        ledger.candidate_emails.correct("cand-7", "ada@gmail.com", grounds="cv", by="rec-3")
        ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-2")
        ledger.messages.mark_submitted("msg-2", provider="postmark", provider_message_id="b7bc2f4a")


def main() -> None:
    """Audit the ledger that is named, or a small one."""
    if len(sys.argv) > 1:
        audit(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deliveries.db"
        make_ledger(path)
        audit(path)


if __name__ == "__main__":
    main()
