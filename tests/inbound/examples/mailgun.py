import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.examples import Example
from tests.inbound.requests import ADA, NOW, post

KEY, OTHER_KEY = "key-made-up", "key-of-somebody-else"
TOKEN = "4f1d2c3b4a59687786950a1b2c3d4e5f60718293a4b5c6d7e8"


def proof(key: str = KEY, token: str = TOKEN, at: datetime = NOW) -> dict[str, Any]:
    """The signature object; in a form the same are fields."""
    timestamp = str(int(at.timestamp()))
    signature = hmac.new(key.encode(), (timestamp + token).encode(), hashlib.sha256).hexdigest()
    return {"token": token, "timestamp": timestamp, "signature": signature}


def with_proof(body: bytes, key: str = KEY, token: str = TOKEN, at: datetime = NOW) -> WebhookRequest:
    """The body with its signature, which stands in it."""
    return post(json.dumps({"signature": proof(key, token, at), **json.loads(body)}).encode())


EXAMPLE = Example(
    slug="mailgun",
    kind="event-data.event",
    good={
        "event-data": {
            "event": "failed", "id": "G1x-Yq2zRtSvWbXcYdZeFg", "timestamp": 1794657598.25,
            "severity": "permanent", "reason": "bounce", "recipient": ADA,
            "message": {"headers": {"message-id": "20261114115958.1.6B3C@mail.example.com", "to": ADA}},
            "delivery-status": {
                "code": 550, "message": "5.1.1 user unknown", "description": "", "mx-host": "mx.example.org",
            },
            "user-variables": {},
        }
    },
    bad={"event-data": {"event": "failed", "recipient": ADA, "timestamp": {"seconds": ADA}}},
    secrets={"signing_key": KEY},
    rotated={"signing_key": [OTHER_KEY, KEY]},
    sign=with_proof,
    forge=lambda body: with_proof(body, OTHER_KEY),
    is_batch=False,
)  # fmt: skip
