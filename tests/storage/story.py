"""Everything that can happen, told over the public API: the events of a rich little ledger.

Every personal text in it is in ``PERSONAL``, so that a test can look for each of them in the files.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.application.ports import Changes, NewEvent
from deliveryledger.domain.aggregate import Event
from deliveryledger.domain.reports import Reading
from deliveryledger.inbound import providers

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
POLICIES = Policies(record_engagement=True)
ADDRESSES = {
    "typed": "ada.lovelace@gmial.com",
    "corrected": "ada.lovelace@gmail.com",
    "cv": "countess@lovelace.example",
    "grace": "grace.hopper@navy.example",
    "suppressed": "charles@babbage.example",
    "stranger": "nobody.we.know@elsewhere.example",
    "quarantined": "broken.report@elsewhere.example",
}
TEXTS = {
    "name": "Ada Augusta Lovelace",
    "subject": "Interview about the analytical engine",
    "diagnostic": "550 5.1.1 account of ada.lovelace does not exist here",
    "soft diagnostic": "452 4.2.2 mailbox of grace.hopper is over quota",
    "host": "mx7.navy.example",
    "evidence": "she spelled it out on the phone on Tuesday",
    "consent": "her own mail of 14 November asks for our letters",
    "note": "rejected because nobody answered the telephone",
    "document": "curriculum-vitae-of-ada.pdf",
    "provider message id": "Zk3aQ9xTtyB2mN4pQrS7w",
}
PERSONAL = {**ADDRESSES, **TEXTS}


class Ticking:
    """A clock that moves on by a minute whenever it is looked at."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


class Story:
    """Tells the story on an open ledger. May be told once."""

    def __init__(self, ledger: Ledger, clock: Ticking) -> None:
        self.ledger = ledger
        self.clock = clock

    def tell(self) -> None:
        """All of it."""
        self.ada()
        self.grace()
        self.complaint()
        self.filter()
        self.intake()
        self.another_tenant()

    def report(self, event: str, address: str, message: str, **fields: Any) -> Reading:
        """What SendGrid says of a message."""
        at = int(self.clock().timestamp())
        body = {"event": event, "email": address, "sg_message_id": message, "timestamp": at, **fields}
        return self.reading(json.dumps([body]).encode())

    def reading(self, body: bytes) -> Reading:
        """A request body as SendGrid sends it."""
        return providers.get("sendgrid").reread(body, account="main", received_at=self.clock())

    def send(self, candidate: str, id_: str, provider_id: str) -> None:
        """Register a message and have it submitted."""
        messages = self.ledger.messages
        messages.register(candidate, sender="rec-3", subject=TEXTS["subject"], message_id=id_)
        messages.mark_submitted(id_, provider="sendgrid", provider_message_id=provider_id)

    def ada(self) -> None:
        """A typo, a hard bounce, a correction, a delivery."""
        emails, typed = self.ledger.candidate_emails, ADDRESSES["typed"]
        emails.register("cand-7", typed, name=TEXTS["name"], by="rec-3")
        emails.record_cv_address("cand-7", ADDRESSES["cv"], document=TEXTS["document"], page=1)
        self.send("cand-7", "msg-ada-1", TEXTS["provider message id"])
        failed = {"reason": TEXTS["diagnostic"], "status": "5.1.1", "type": "bounce"}
        bounce = self.report("bounce", typed, TEXTS["provider message id"], **failed)
        self.ledger.record(bounce)
        self.ledger.record(bounce)
        self.ledger.messages.register("cand-7", sender="rec-3", subject="Once more", message_id="msg-ada-2")
        emails.dismiss_suggestion("cand-7", ADDRESSES["cv"], by="rec-3")
        emails.correct(
            "cand-7",
            ADDRESSES["corrected"],
            grounds="typo",
            evidence=TEXTS["evidence"],
            by="rec-3",
            resend=["msg-ada-1"],
        )
        emails.confirm("cand-7", by="rec-3")

    def grace(self) -> None:
        """Deferred, soft bounces, a late hard bounce, opens and clicks, an unsubscription."""
        address, words = ADDRESSES["grace"], TEXTS["soft diagnostic"]
        self.ledger.candidate_emails.register("cand-8", address, by="rec-4")
        for number in range(1, 4):
            self.send("cand-8", f"msg-grace-{number}", f"sg-grace-{number}")
        failed = {"reason": words, "status": "4.2.2", "type": "bounce"}
        self.ledger.record(self.report("deferred", address, "sg-grace-1", response=words))
        self.ledger.record(self.report("bounce", address, "sg-grace-1", **failed))
        self.ledger.record(self.report("delivered", address, "sg-grace-2", response="250 OK"))
        self.ledger.record(self.report("open", address, "sg-grace-2", sg_machine_open=False))
        self.ledger.record(self.report("click", address, "sg-grace-2", url="https://ats.example/"))
        self.ledger.record(self.report("dropped", address, "sg-grace-3", reason="Invalid SMTPAPI header"))
        self.ledger.record(self.report("dropped", address, "sg-grace-3", reason="Bounced Address"))
        self.ledger.record(self.report("unsubscribe", address, "sg-grace-2"))

    def complaint(self) -> None:
        """A complaint, the way back, and a message that had to be withheld."""
        address, filters = ADDRESSES["grace"], self.ledger.suppression_filters
        self.ledger.record(self.report("spamreport", address, "sg-grace-2"))
        self.send("cand-8", "msg-grace-4", "sg-grace-4")
        first = filters.request_removal(address, by="sup-1", evidence=TEXTS["evidence"])
        filters.reject(first.id, by="sup-2", note=TEXTS["note"])
        second = filters.request_removal(address, by="sup-3", evidence=TEXTS["evidence"])
        filters.record_consent(address, kind="recipient", evidence=TEXTS["consent"], by="sup-1")
        filters.approve(second.id, by="sup-2")

    def filter(self) -> None:
        """An address put on the filter by hand, for a while."""
        filters = self.ledger.suppression_filters
        filters.suppress(ADDRESSES["suppressed"], by="sup-1", expires_at=START + timedelta(days=90))

    def intake(self) -> None:
        """Reports that fit no message, or nothing at all; one of them waits, one is given up."""
        unknown = self.report("bounce", ADDRESSES["stranger"], "sg-unknown", reason=TEXTS["diagnostic"])
        self.ledger.record(unknown)
        self.ledger.record(self.report("delivered", ADDRESSES["stranger"], "sg-unknown-2"))
        self.ledger.intake.discard(self.ledger.intake.unmatched()[1].id, by="sup-1", why="a test")
        early = self.report("delivered", ADDRESSES["corrected"], "sg-early", response=f"250 {TEXTS['host']}")
        self.ledger.record(early)
        self.send("cand-7", "msg-ada-3", "sg-early")
        odd = {"event": "bounce", "email": ADDRESSES["quarantined"], "sg_message_id": "x", "timestamp": {}}
        self.ledger.record(self.reading(json.dumps([odd]).encode()))

    def another_tenant(self) -> None:
        """The same candidate id and address elsewhere is somebody else's affair."""
        other = self.ledger.tenant("acme")
        other.candidate_emails.register("cand-7", ADDRESSES["typed"], name=TEXTS["name"], by="rec-9")
        other.messages.register("cand-7", sender="rec-9", subject=TEXTS["subject"], message_id="msg-acme-1")

    def append(self, stream: str, *events: Event) -> None:
        """Append events for which there is no command yet."""
        with self.ledger._services.log.transaction() as transaction:
            known = len(transaction.load([stream]).get(stream, []))
            new = [NewEvent(stream, known + n, event) for n, event in enumerate(events, 1)]
            transaction.append(Changes(events=new))
