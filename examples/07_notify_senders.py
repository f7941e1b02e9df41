"""Senders are told what could not be delivered: under the bell at once, by e-mail in good measure.

python examples/07_notify_senders.py
"""

from datetime import UTC, datetime, timedelta

from deliveryledger import Ledger
from deliveryledger.application.directory import Person
from deliveryledger.application.letters import Letter
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading

BEGIN = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)


class Clock:
    """Stands still until it is moved, so that every run prints the same. Without one it is the real time."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


class OurDirectory:
    """What only your system knows: who the senders are, and where a candidate's profile is."""

    def sender(self, tenant: str, sender_id: str) -> Person | None:
        return Person("rosa@ats.example", "Rosa Berg", lang="sv") if sender_id == "rec-3" else None

    def fallback_receiver(self, tenant: str, candidate_id: str) -> Person | None:
        return None

    def profile_url(self, tenant: str, candidate_id: str) -> str | None:
        return f"https://ats.example/candidates/{candidate_id}?message={{message_id}}"

    def administrators(self, tenant: str) -> list[Person]:
        return [Person("it@ats.example", "IT", lang="en")]


class PrintingMailer:
    """In the place of SmtpMailer(SmtpSettings.from_environment()), so that the example sends nothing."""

    def open(self) -> None:
        pass

    def send(self, letter: Letter) -> None:
        print(f"To: {', '.join(address for _, address in letter.receivers)}")
        print(f"Subject: {letter.subject}")

    def close(self) -> None:
        pass


def send(ledger: Ledger, number: int) -> None:
    """One of many invitations. The ATS calls them one batch."""
    candidate, message = f"cand-{number}", f"msg-{number}"
    ledger.candidate_emails.register(
        candidate, f"a{number}@example.org", name=f"Kandidat {number}", by="rec-3"
    )
    ledger.messages.register(
        candidate, sender="rec-3", subject="Inbjudan till intervju", message_id=message, batch="send-1"
    )
    ledger.messages.mark_submitted(message, provider="postmark", provider_message_id=message)


def comes_back(ledger: Ledger, outcome: Outcome, at: datetime, *numbers: int) -> None:
    """What a provider's webhook would say; see 02_webhook_endpoint.py for real ones."""
    reports = [
        DeliveryReport(
            outcome,
            "postmark",
            at,
            received_at=at,
            recipient=f"a{number}@example.org",
            provider_message_id=f"msg-{number}",
            reason=FailureReason.MAILBOX_UNKNOWN if outcome is Outcome.BOUNCED else None,
        )
        for number in numbers
    ]
    ledger.record(Reading(provider="postmark", received_at=at, reports=tuple(reports)))


def main() -> None:
    """Three hundred and forty invitations, twelve of which come back, and one complaint."""
    clock, mailer = Clock(), PrintingMailer()
    with Ledger.open(":memory:", clock=clock, directory=OurDirectory()) as ledger:
        for number in range(340):
            send(ledger, number)
        clock.now += timedelta(minutes=2)
        comes_back(ledger, Outcome.BOUNCED, clock.now, *range(12))

        view = ledger.bell("rec-3", lang="sv")
        item = view.items[0]
        print(f"{view.unread} oläst: {item.title} · {item.text}")
        print(f"  {item.items[0].candidate}: {item.items[0].profile_url}")

        print(ledger.outbox.deliver(mailer))
        comes_back(ledger, Outcome.COMPLAINED, clock.now, 20)
        comes_back(ledger, Outcome.BOUNCED, clock.now, 21)
        print(ledger.outbox.deliver(mailer), "- only the administrators are told at once")
        clock.now += timedelta(minutes=15)
        print(ledger.outbox.deliver(mailer))

        ledger.notifications.handled(item.incident_ids, by="rec-4")
        print(f"{ledger.bell('rec-3').unread} left to read")


if __name__ == "__main__":
    main()
