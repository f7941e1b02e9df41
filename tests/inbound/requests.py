"""Requests as the providers make them, with keys and signatures of our own."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from deliveryledger.inbound.credentials import Secrets
from deliveryledger.inbound.request import WebhookRequest

NOW = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
ADA = "ada.lovelace@example.org"
PASSWORD = "hooks:correct horse"
KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())

Sign = Callable[[bytes], WebhookRequest]


def public(key: ec.EllipticCurvePrivateKey) -> str:
    """The key as SendGrid's page shows it: base64 of DER."""
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def post(body: bytes, headers: Mapping[str, str] | None = None) -> WebhookRequest:
    """A request with whatever headers."""
    return WebhookRequest("POST", "https://ats.example/hooks", headers or {}, body)


def with_password(body: bytes, password: str = PASSWORD) -> WebhookRequest:
    """HTTP basic authentication."""
    token = base64.b64encode(password.encode()).decode()
    return post(body, {"Authorization": f"Basic {token}"})


def signed(
    body: bytes, key: ec.EllipticCurvePrivateKey = KEY, at: datetime = NOW, signed_body: bytes | None = None
) -> WebhookRequest:
    """SendGrid's signed event webhook; ``signed_body`` is what was signed, if another one."""
    timestamp = str(int(at.timestamp()))
    payload = timestamp.encode() + (body if signed_body is None else signed_body)
    signature = base64.b64encode(key.sign(payload, ec.ECDSA(SHA256()))).decode()
    return post(
        body,
        {
            "X-Twilio-Email-Event-Webhook-Signature": signature,
            "x-twilio-email-event-webhook-timestamp": timestamp,
        },
    )


@dataclass(frozen=True)
class Example:
    """What the contract needs to know of a provider: a good event, a bad one, and its credentials."""

    slug: str
    good: dict[str, Any]
    bad: dict[str, Any]
    secrets: Secrets
    rotated: Secrets
    sign: Sign
    forge: Sign
    is_batch: bool = field(default=True)

    def body(self, *events: Any) -> bytes:
        """A body of these events as the provider writes it; a provider of single events takes one."""
        return json.dumps(list(events) if self.is_batch else events[0]).encode()


EXAMPLES = {
    "postmark": Example(
        slug="postmark",
        good={
            "RecordType": "Bounce", "ID": 4323372036854775807, "Type": "HardBounce", "MessageID": "b7bc2f4a",
            "Email": ADA, "Details": "smtp;550 5.1.1 user unknown",
            "BouncedAt": "2026-11-14T11:59:58.1234567-05:00",
        },
        bad={"RecordType": "Bounce", "Email": ADA, "MessageID": "b7bc2f4a", "BouncedAt": "yesterday"},
        secrets={"basic_auth": PASSWORD},
        rotated={"basic_auth": ["hooks:new", PASSWORD]},
        sign=with_password,
        forge=lambda body: with_password(body, "hooks:wrong"),
        is_batch=False,
    ),
    "sendgrid": Example(
        slug="sendgrid",
        good={
            "event": "bounce", "email": ADA, "timestamp": 1794657598, "sg_event_id": "e-1", "type": "bounce",
            "sg_message_id": "Zk3aQ_9xTtyB2mN4pQrS7w.filter0002.1234.6A0B1C2D3.0", "status": "5.1.1",
            "reason": "550 5.1.1 user unknown",
        },
        bad={"event": "bounce", "email": ADA, "timestamp": {"seconds": ADA}, "sg_message_id": "x.y"},
        secrets={"public_key": public(KEY)},
        rotated={"public_key": [public(OTHER_KEY), public(KEY)]},
        sign=signed,
        forge=lambda body: signed(body, OTHER_KEY),
    ),
}  # fmt: skip
"""One example a provider; the contract fails for a provider that has none."""
