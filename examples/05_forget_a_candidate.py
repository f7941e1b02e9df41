"""A person asks what you hold about them, then wants to be forgotten; the log still adds up.

python examples/05_forget_a_candidate.py
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from deliveryledger import Ledger
from deliveryledger.application.retention import RetentionPolicy
from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading

ADDRESS = "ada@gmail.com"
BEGIN = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)


class Clock:
    """Stands still until it is moved, so that every run prints the same. Without one it is the real time."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


def complaint(at: datetime) -> Reading:
    """What a provider's webhook would say; see 02_webhook_endpoint.py for real ones."""
    report = DeliveryReport(
        Outcome.COMPLAINED, "postmark", at, received_at=at, recipient=ADDRESS, provider_message_id="b7bc2f4a"
    )
    return Reading(provider="postmark", received_at=at, reports=(report,))


def files_with(folder: Path, text: str) -> str:
    """Names of the files, journals not told apart, in which a text stands in clear."""
    found = {path.name.split("-")[0] for path in folder.iterdir() if text.encode() in path.read_bytes()}
    return ", ".join(sorted(found)) or "no file"


def tell(ledger: Ledger, clock: Clock) -> None:
    """A candidate who calls our mail spam."""
    ledger.candidate_emails.register("cand-7", ADDRESS, name="Ada Lovelace", by="rec-3")
    ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
    ledger.messages.mark_submitted("msg-1", provider="postmark", provider_message_id="b7bc2f4a")
    clock.now += timedelta(hours=3)
    ledger.record(complaint(clock.now))


def forget(folder: Path, clock: Clock) -> None:
    """Export, erase, look for what is left."""
    with Ledger.open(folder / "deliveries.db", clock=clock) as ledger:
        tell(ledger, clock)
        export = ledger.export("cand-7")
        print(f"{export.name}, {export.address}: {len(export.events)} events")
        for event in export.events:
            print(f"  {event.event}")
        print("in clear in:", files_with(folder, ADDRESS))

        clock.now += timedelta(days=1)
        print(ledger.erase("cand-7", by="dpo-1"))
        print("in clear in:", files_with(folder, ADDRESS))
        print(ledger.export("cand-7").notice)
        print("May we write there again?", ledger.suppression_filters.may_send(ADDRESS))
        print("events in the log:", len(list(ledger.history())))


def keep_no_longer_than_needed(folder: Path, clock: Clock) -> None:
    """What a daily job does with everybody else."""
    with Ledger.open(folder / "deliveries.db", clock=clock) as ledger:
        ledger.candidate_emails.register("cand-8", "grace@navy.example", by="rec-4")
        clock.now += timedelta(days=730)
        policy = RetentionPolicy(candidates_after_days=730)
        print(ledger.apply_retention(policy, by="dpo-1"))
        ledger.apply_retention(policy, by="dpo-1", dry_run=False)
        print(ledger.export("cand-8", lang="sv").notice)


def main() -> None:
    """Tell the story on a ledger in a folder of its own."""
    clock = Clock()
    with TemporaryDirectory() as folder:
        forget(Path(folder), clock)
        keep_no_longer_than_needed(Path(folder), clock)


if __name__ == "__main__":
    main()
