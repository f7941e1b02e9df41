"""Rosa sends, Tove is the job owner, Ingrid looks after the mail; candidates whose addresses fail."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from deliveryledger import Ledger
from deliveryledger.application.directory import Person
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.outbound.mailer import SmtpMailer
from deliveryledger.outbound.smtp_settings import Security, SmtpSettings
from tests.application.world import Clock, about, reading

ROSA = Person("rosa@ats.example", "Rosa Berg")
TOVE = Person("tove@ats.example", "Tove Lund", lang="sv")
INGRID = Person("ingrid@ats.example", "Ingrid Nilsson")


@dataclass
class Office:
    """A directory that can be changed."""

    senders: dict[str, Person | None] = field(default_factory=lambda: {"rec-3": ROSA})
    owner: Person | None = None

    def sender(self, tenant: str, sender_id: str) -> Person | None:
        return self.senders.get(sender_id)

    def fallback_receiver(self, tenant: str, candidate_id: str) -> Person | None:
        return self.owner

    def profile_url(self, tenant: str, candidate_id: str) -> str | None:
        return f"https://ats.example/candidates/{candidate_id}"


@dataclass
class OfficeWithAdministrators(Office):
    """One that knows who looks after the mail."""

    admins: Sequence[Person] = (INGRID,)

    def administrators(self, tenant: str) -> Sequence[Person]:
        return self.admins


def mailer(port: int, **settings: object) -> SmtpMailer:
    """To the server on loopback, without TLS."""
    given = {"host": "127.0.0.1", "port": port, "security": Security.PLAIN, "timeout": 5.0}
    given |= {"from_address": "no-reply@ats.example", "from_name": "Ada's ATS"}
    return SmtpMailer(SmtpSettings.from_environment(**{**given, **settings}))


def fails(
    ledger: Ledger,
    clock: Clock,
    *numbers: int,
    outcome: Outcome = Outcome.BOUNCED,
    reason: FailureReason | None = FailureReason.MAILBOX_UNKNOWN,
    sender: str = "rec-3",
    subject: str = "Interview",
) -> None:
    """Messages msg-N to candidates cand-N, who are at aN@example.org, are sent and fail."""
    sends(ledger, *numbers, sender=sender, subject=subject)
    come_back(ledger, clock, *numbers, outcome=outcome, reason=reason)


def sends(ledger: Ledger, *numbers: int, sender: str = "rec-3", subject: str = "Interview") -> None:
    """Messages msg-N to candidates cand-N."""
    for number in numbers:
        ledger.candidate_emails.register(
            f"cand-{number}", f"a{number}@example.org", name=f"Ada {number}", by=sender
        )
        ledger.messages.register(f"cand-{number}", sender=sender, subject=subject, message_id=f"msg-{number}")
        ledger.messages.mark_submitted(
            f"msg-{number}", provider="postmark", provider_message_id=f"p-{number}"
        )


def come_back(
    ledger: Ledger,
    clock: Clock,
    *numbers: int,
    outcome: Outcome = Outcome.BOUNCED,
    reason: FailureReason | None = FailureReason.MAILBOX_UNKNOWN,
) -> None:
    """They fail now."""
    reports = [
        about(f"msg-{n}", outcome, clock(), reason=reason, recipient=f"a{n}@example.org") for n in numbers
    ]
    ledger.record(reading(*reports))
