"""Prove to somebody who has no ledger that a bounce was recorded; then tamper with the log, and be found out.

python examples/06_prove_an_event.py
"""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deliveryledger import Ledger
from deliveryledger.audit.proofs import ProvedEvent, verify_proof
from deliveryledger.audit.signed_note import VerificationKey
from deliveryledger.errors import NotProved

START = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)


def steady_clock() -> Callable[[], datetime]:
    """A second a look, so that every run prints the same. Leave ``clock`` out, and it is the real time."""
    moments = (START + timedelta(seconds=second) for second in range(10_000))
    return lambda: next(moments)


def work(ledger: Ledger, numbers: range) -> None:
    """What a day brings."""
    for number in numbers:
        candidate, message = f"cand-{number}", f"msg-{number}"
        ledger.candidate_emails.register(candidate, f"ada{number}@example.org", by="rec-3")
        ledger.messages.register(candidate, sender="rec-3", subject="Interview", message_id=message)
        ledger.messages.mark_submitted(message, provider="postmark", provider_message_id=f"pm-{number}")


def offline(proof: str, key: str) -> None:
    """The other side: a file and a key, no ledger."""
    try:
        proved = verify_proof(proof, VerificationKey.parse(key))
    except NotProved as error:
        print(f"  refused: {error}")
        return
    if isinstance(proved, ProvedEvent):
        print(f"  {proved.event.event_id} ({proved.event.name}) is number {proved.place} of the log,")
        print(f"  which had {proved.checkpoint.size} events on {proved.checkpoint.time:%Y-%m-%d at %H:%M}")


def tamper(path: Path) -> None:
    """Somebody with the file in his hands: triggers gone, one event made to say something else."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TRIGGER ledger_events_are_never_changed;"
            "UPDATE ledger_events "
            "SET data = CAST(replace(CAST(data AS TEXT), 'postmark', 'sendgrid') AS BLOB) "
            "WHERE stream = 'message-default:msg-2' AND version = 2"
        )


def main() -> None:
    """Two days, two exported checkpoints, a proof, an intruder."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deliveries.db"
        with Ledger.open(path, clock=steady_clock()) as ledger:
            work(ledger, range(2))
            exported = [ledger.audit.checkpoint()]  # to be kept where the ledger's operator cannot write
            work(ledger, range(2, 4))
            exported.append(ledger.audit.checkpoint())
            key = ledger.audit.verification_key or ""

            print("A proof, checked without the ledger:")
            proof = ledger.audit.prove("message-default:msg-2@2")
            offline(proof, key)
            print("The same file with another index:")
            offline(proof.replace("index 8", "index 7"), key)
            print("The whole log:")
            print(ledger.verify(exported, vkey=key))

        tamper(path)
        with Ledger.open(path) as ledger:
            print("After somebody has tampered with it:")
            print(ledger.verify(exported, vkey=key))
        path.with_name("deliveries.db.audit").unlink()
        with Ledger.open(path) as ledger:
            print("And has deleted the recorded hashes too:")
            print(ledger.verify(exported, vkey=key))


if __name__ == "__main__":
    main()
