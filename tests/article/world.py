"""An ATS with one candidate, whose messages go out by Postmark: real webhooks, real mails, a set clock."""

import base64
import json
from datetime import datetime
from typing import Any

from deliveryledger import Ledger
from deliveryledger.application.handing_over import Handed, Outgoing
from deliveryledger.application.recording import Recording
from deliveryledger.inbound import providers
from deliveryledger.inbound.request import WebhookRequest
from tests.application.world import Clock
from tests.inbound.mail.mails import arf

SECRETS = {"basic_auth": "ats:a long random password"}
UNKNOWN = "smtp;550 5.1.1 The email account that you tried to reach does not exist."
FULL = "smtp;452 4.2.2 The recipient's inbox is out of storage space."
SPAM = "smtp;550 5.7.1 Message rejected as spam by content filtering."
NAMES = {"sv": "Anna Svensson", "en": "Ada Lovelace"}


class Ats:
    """Registers, sends, and hands in what comes back."""

    def __init__(self, ledger: Ledger, clock: Clock, lang: str) -> None:
        self.ledger, self.clock, self.lang = ledger, clock, lang
        self.sent: list[Outgoing] = []

    def register(self, address: str) -> None:
        self.ledger.candidate_emails.register("cand-7", address, name="Ada Lovelace", by="rec-3")

    def write(self, message_id: str, subject: str = "Interview") -> Any:
        message = self.ledger.messages.register(
            "cand-7",
            sender="rec-3",
            subject=subject,
            message_id=message_id,
            from_address="jobs@ats.example",
            profile_url="https://ats.example/candidates/cand-7?message={message_id}",
            lang=self.lang,
        )
        if message.may_be_sent:
            self.ledger.messages.mark_submitted(
                message.id, provider="postmark", provider_message_id=f"pm-{message.id}",
                message_id_header=f"<{message.id}@ats.example>",
            )  # fmt: skip
        return message

    def send(self, message: Outgoing) -> Handed:
        """The port ``Sender``."""
        self.sent.append(message)
        return Handed("postmark", f"pm-{message.message_id}")

    def webhook(self, message_id: str, record_type: str, address: str, **fields: Any) -> Recording:
        """What Postmark posts, signed in with its password, two minutes later."""
        now = self.clock.move(minutes=2)
        at = {"Bounce": "BouncedAt", "SpamComplaint": "BouncedAt", "Delivery": "DeliveredAt"}[record_type]
        body = {"RecordType": record_type, "MessageID": f"pm-{message_id}", at: now.isoformat(), **fields}
        body["Recipient" if record_type == "Delivery" else "Email"] = address
        credentials = base64.b64encode(SECRETS["basic_auth"].encode()).decode()
        request = WebhookRequest(
            "POST", "https://ats.example/hooks", {"Authorization": f"Basic {credentials}"},
            json.dumps(body).encode(),
        )  # fmt: skip
        return self.ledger.record(providers.get("postmark").read(request, SECRETS, now=now))

    def hard_bounce(self, message_id: str, address: str) -> Recording:
        return self.webhook(message_id, "Bounce", address, Type="HardBounce", Details=UNKNOWN, ID=1)

    def soft_bounce(self, message_id: str, address: str, details: str = FULL) -> Recording:
        return self.webhook(message_id, "Bounce", address, Type="SoftBounce", Details=details)

    def delivered(self, message_id: str, address: str) -> Recording:
        return self.webhook(message_id, "Delivery", address)

    def complained(self, message_id: str, address: str) -> Recording:
        return self.webhook(message_id, "SpamComplaint", address, Type="SpamComplaint")

    def rescued(self, message_id: str, address: str) -> Recording:
        """The mailbox provider's report that the candidate dragged the message back (RFC 6430)."""
        self.clock.move(minutes=30)
        returned = f"Message-ID: <{message_id}@ats.example>\nFrom: jobs@ats.example\nTo: {address}\n"
        fields = f"Feedback-Type: not-spam\nOriginal-Rcpt-To: {address}\n"
        return self.ledger.record_mail(arf(fields, returned))

    def card(self, tz: str = "Europe/Stockholm") -> Any:
        return self.ledger.candidate_card("cand-7", lang=self.lang, tz=tz)

    def shown(self, message_id: str) -> Any:
        return next(message for message in self.card().messages if message.id == message_id)

    def log(self) -> list[str]:
        entries = self.ledger.activity("cand-7", lang=self.lang, tz="Europe/Stockholm").entries
        return [entry.text for entry in reversed(entries)]

    def now(self) -> datetime:
        return self.clock.now
