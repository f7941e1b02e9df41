import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.examples import Example
from tests.inbound.requests import ADA, post

SIGNING_KEY = "8d1f2a3b4c5d6e7f8091a2b3c4d5e6f7"


def with_signature(body: bytes, key: str = SIGNING_KEY) -> WebhookRequest:
    """``Mailtrap-Signature``: lower-case hex HMAC-SHA256 over the raw body."""
    return post(body, {"Mailtrap-Signature": hmac.new(key.encode(), body, hashlib.sha256).hexdigest()})


def wrap(events: Sequence[dict[str, Any]]) -> bytes:
    return json.dumps({"events": list(events)}).encode()


EXAMPLE = Example(
    slug="mailtrap",
    kind="event",
    good={
        "event": "bounce", "timestamp": 1794657598, "sending_stream": "transactional", "email": ADA,
        "message_id": "5f0c1b2a-3948-4576-8574-839201aabbcc",
        "event_id": "e1d2c3b4-a596-4877-8695-a4b3c2d1e0f0",
        "sending_domain_name": "ats.example", "category": "interview", "response": "5.1.1 user unknown",
        "response_code": 550, "bounce_category": "badmailbox",
        "custom_variables": {"deliveryledger_message_id": "msg-1", "deliveryledger_tenant": "acme"},
    },
    bad={"event": "bounce", "email": ADA, "message_id": "m-1", "timestamp": "yesterday"},
    secrets={"signing_key": SIGNING_KEY},
    rotated={"signing_key": ["another one", SIGNING_KEY]},
    sign=with_signature,
    forge=lambda body: with_signature(body, "wrong"),
    wrap=wrap,
)  # fmt: skip
