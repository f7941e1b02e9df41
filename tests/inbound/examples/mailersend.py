import hashlib
import hmac

from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.examples import Example
from tests.inbound.requests import ADA, post

SIGNING_KEY = "Qm9sZCBhbmFseXRpY2FsIGVuZ2luZQ"


def with_signature(body: bytes, key: str = SIGNING_KEY) -> WebhookRequest:
    """MailerSend's ``Signature``: hex HMAC-SHA256 over the raw body."""
    return post(body, {"Signature": hmac.new(key.encode(), body, hashlib.sha256).hexdigest()})


EXAMPLE = Example(
    slug="mailersend",
    kind="type",
    good={
        "type": "activity.hard_bounced", "domain_id": "d1", "created_at": "2026-11-14T11:59:59.000000Z",
        "webhook_id": "w1", "url": "https://ats.example/webhooks/mailersend/main",
        "data": {
            "object": "activity", "id": "6917a1b2c3d4e5f601234567", "type": "hard_bounced",
            "created_at": "2026-11-14T11:59:58.123000Z",
            "email": {
                "object": "email", "id": "6917a1b2c3d4e5f600000001", "from": "jobs@ats.example",
                "subject": "Interview", "status": "rejected", "tags": None,
                "message": {"object": "message", "id": "6917a1b2c3d4e5f600000002"},
                "recipient": {"object": "recipient", "id": "6917a1b2c3d4e5f600000003", "email": ADA},
            },
            "morph": {"object": "recipient_bounce", "reason": "550 5.1.1 user unknown"},
        },
    },
    bad={"type": "activity.sent", "data": {"email": ADA, "created_at": "yesterday"}},
    secrets={"signing_key": SIGNING_KEY},
    rotated={"signing_key": ["another one", SIGNING_KEY]},
    sign=with_signature,
    forge=lambda body: with_signature(body, "wrong"),
    is_batch=False,
)  # fmt: skip
