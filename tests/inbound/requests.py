"""Requests as the providers make them, with keys and signatures of our own."""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

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
