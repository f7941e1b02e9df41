"""The benchmark's world: messages that were submitted, and signed SendGrid batches about them."""

import base64
import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from deliveryledger import Ledger
from deliveryledger.application.correlation import correlate
from deliveryledger.application.registering import present_email, register_message
from deliveryledger.application.unit_of_work import UnitOfWork
from deliveryledger.domain.candidate_email import decisions as emails
from deliveryledger.domain.candidate_email.events import EmailRegistered
from deliveryledger.domain.identifiers import candidate_email_stream, message_stream, uuid7
from deliveryledger.domain.message import decisions
from deliveryledger.inbound import providers
from deliveryledger.inbound.request import WebhookRequest

START = datetime(2026, 11, 14, 8, 0, tzinfo=UTC)
BATCH = 1_000
_KEY = ec.generate_private_key(ec.SECP256R1())
SECRETS = {
    "public_key": base64.b64encode(
        _KEY.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    ).decode()
}

_SENDGRID = providers.get("sendgrid")


def address(number: int) -> str:
    """The address of a candidate: every one is another."""
    return f"candidate.{number}@example{number % 97}.org"


def provider_id(number: int) -> str:
    """SendGrid's message id, 22 characters."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"%d" % number).digest())[:22].decode()


def message_id(number: int) -> str:
    """A time-ordered id, as the docs tell ATSs to bring."""
    return uuid7(START + timedelta(milliseconds=number), hashlib.sha256(b"m%d" % number).digest())


def populate(ledger: Ledger, count: int, through: tuple[str, ...] = ("sendgrid",)) -> None:
    """Register ``count`` candidates with one submitted message each, a thousand to a transaction.

    The messages are submitted ``through`` these providers in turn.
    """
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        ledger._services.transact(lambda unit, n=numbers: _register(ledger, unit, n, through))


def _register(ledger: Ledger, unit: UnitOfWork, numbers: range, through: tuple[str, ...]) -> None:
    digests = unit.digests
    unit.load(candidate_email_stream("default", f"cand-{n}") for n in numbers)
    unit.load(message_stream("default", message_id(n)) for n in numbers)
    for n in numbers:
        stream, mail = (
            candidate_email_stream("default", f"cand-{n}"),
            message_stream("default", message_id(n)),
        )
        registration = EmailRegistered(
            occurred_at=unit.now,
            data_subject=unit.transaction.issue_subject("candidate"),
            candidate_id=f"cand-{n}",
            address=address(n),
            address_key=digests.address_key(address(n)),
            name=f"Candidate {n}",
            by="rec-1",
        )
        unit.decide(stream, emails.register(unit.candidate_email(stream), registration))
        email = present_email(unit, "default", f"cand-{n}", "register")
        register_message(
            unit,
            ledger._services,
            email,
            tenant="default",
            message_id=message_id(n),
            sender=f"rec-{n % 50}",
            subject="Invitation to an interview",
            from_address="jobs@acme.example",
        )
        unit.decide(
            mail,
            decisions.submit(
                unit.message(mail),
                provider=through[n % len(through)],
                account="main",
                provider_message_id=provider_id(n),
                reference=digests.reference(provider_id(n)),
                at=unit.now,
            ),
        )
        correlate(unit, mail, provider_id(n))


def requests(count: int, *, size: int = BATCH) -> Iterator[WebhookRequest]:
    """Signed requests, one event per message: 92 % delivered, 3 % deferred, 3 % soft, 2 % hard."""
    chance = random.Random(7)
    order = list(range(count))
    for start in range(0, count, size):
        events = [_event(n, chance) for n in order[start : start + size]]
        yield signed(events)


def _event(number: int, chance: random.Random) -> dict[str, object]:
    at = int((START + timedelta(minutes=5, milliseconds=number)).timestamp())
    event: dict[str, object] = {
        "email": address(number),
        "timestamp": at,
        "smtp-id": f"<{provider_id(number)}@geopod-ismtpd-1>",
        "sg_event_id": base64.b64encode(b"event-%09d" % number).decode(),
        "sg_message_id": f"{provider_id(number)}.recvd-69b6d7c9-abcde-1-6736-1.0",
        "category": ["interview"],
    }
    draw = chance.random()
    if draw < 0.92:
        return {
            **event,
            "event": "delivered",
            "response": "250 2.0.0 OK  1731571200 d9443c01a7336-20f5 - gsmtp",
        }
    if draw < 0.95:
        return {**event, "event": "deferred", "response": "421 4.7.0 Try again later", "attempt": "3"}
    if draw < 0.98:
        reason = "452 4.2.2 The recipient's inbox is out of storage space"
        return {**event, "event": "bounce", "type": "bounce", "status": "4.2.2", "reason": reason}
    reason = "550 5.1.1 The email account that you tried to reach does not exist"
    return {**event, "event": "bounce", "type": "bounce", "status": "5.1.1", "reason": reason}


def signed(events: list[dict[str, object]], at: datetime | None = None) -> WebhookRequest:
    """A request as SendGrid signs it (ECDSA P-256 over timestamp and body)."""
    body = (json.dumps(events, separators=(",", ":")).replace("},{", "},\r\n{") + "\r\n").encode()
    timestamp = str(int((at or now()).timestamp()))
    signature = _KEY.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    headers = {
        "Content-Type": "application/json",
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }
    return WebhookRequest("POST", "https://ats.example/webhooks/sendgrid/main", headers, body)


def record(ledger: Ledger, request: WebhookRequest) -> None:
    """Verify, read and record one request."""
    ledger.record(_SENDGRID.read(request, SECRETS, now=now()))


def timed(work: Callable[[], object]) -> float:
    """Seconds that it took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def now() -> datetime:
    """The benchmark's fixed moment, half an hour after the first message."""
    return START + timedelta(minutes=30)
