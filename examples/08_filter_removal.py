"""A complaint, consent, four eyes, and a provider that has to confirm before mail goes out again.

python examples/08_filter_removal.py
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from deliveryledger import Ledger
from deliveryledger.advice.refusals import explain_error, explain_kept
from deliveryledger.application.policies import Policies
from deliveryledger.application.suppression_lists import Addition, ListEntry, Removal, Removed
from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import LiftRefused

ADA = "ada@example.org"


class Clock:
    """Stands still until it is moved, so that every run prints the same. Without one it is the real time."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class PretendedList:
    """In the place of deliveryledger.outbound.suppression_lists.get(…), so that nobody is called."""

    provider, account = "postmark", "main"

    def __init__(self) -> None:
        self.listed = {ADA: Cause.COMPLAINT}
        self.keeps = True

    def entries(self, *, since: datetime | None = None) -> Iterator[ListEntry]:
        yield from [ListEntry(address, cause) for address, cause in self.listed.items()]

    def find(self, address: str) -> tuple[ListEntry, ...]:
        return tuple(entry for entry in self.entries() if entry.address == address)

    def add(self, address: str, cause: Cause) -> Addition:
        self.listed[address] = cause
        return Addition.ADDED

    def remove(self, address: str) -> Removal:
        if self.keeps:
            return Removal(Removed.REFUSED, "complaint")
        self.listed.pop(address, None)
        return Removal(Removed.CONFIRMED)

    def close(self) -> None:
        pass


def complains(ledger: Ledger, clock: Clock) -> None:
    """Ada calls the invitation spam; the next message is held back."""
    ledger.candidate_emails.register("cand-7", ADA, by="rec-3")
    ledger.messages.register("cand-7", sender="rec-3", subject="Invitation", message_id="msg-1")
    ledger.messages.mark_submitted("msg-1", provider="postmark", provider_message_id="p-1")
    clock.now += timedelta(minutes=2)
    report = DeliveryReport(
        Outcome.COMPLAINED,
        "postmark",
        clock.now,
        received_at=clock.now,
        recipient=ADA,
        provider_message_id="p-1",
    )
    ledger.record(Reading(provider="postmark", received_at=clock.now, reports=(report,)))
    ledger.messages.register("cand-7", sender="rec-3", subject="Reminder", message_id="msg-2")


def main() -> None:
    """From the complaint to the message that is sent again."""
    clock, postmark = Clock(), PretendedList()
    policies = Policies(provider_lists=("postmark/main",))
    with Ledger.open(":memory:", clock=clock, policies=policies) as ledger:
        complains(ledger, clock)
        filters = ledger.suppression_filters
        request = filters.request_removal(ADA, by="sup-1", evidence="she wrote to us")
        clock.now += timedelta(hours=25)
        print(str(ledger.removal_queue()).replace(request.id, "(the request's id)"))

        try:
            filters.approve(request.id, by="sup-1")
        except LiftRefused as refused:
            print(f"refused: {', '.join(refused.missing)}")
            print(f"  sv: {explain_error(refused, lang='sv')}")
            print(f"  en: {explain_error(refused, lang='en')}")

        filters.record_consent(ADA, kind="recipient", evidence="her mail of today", by="sup-1")
        waiting = filters.approve(request.id, by="sup-2")
        print(f"approved; waits for {', '.join(waiting.waiting_for)}")

        (kept,) = ledger.provider_lists.carry_out([postmark]).refused
        print(f"{kept.provider} keeps it: {explain_kept(kept.why)}")
        print(f"may we send? {bool(filters.may_send(ADA))}")

        postmark.keeps = False  # she asked the provider herself
        filters.approve(request.id, by="sup-2")
        (lifted,) = ledger.provider_lists.carry_out([postmark]).lifted
        print(f"off the filter; held back until now: {', '.join(lifted.withheld)}")
        print(f"sent again: {bool(ledger.messages.resend('msg-2', by='rec-3').may_be_sent)}")

        filters.suppress("grace@example.org", by="sup-1")
        print(ledger.provider_lists.reconcile(postmark))


if __name__ == "__main__":
    main()
