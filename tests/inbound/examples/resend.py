import base64
import hmac
from datetime import datetime

from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.examples import Example
from tests.inbound.requests import ADA, NOW, post

SECRET = "whsec_" + base64.b64encode(b"a key of Ada's own").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"a key of someone else").decode()


def signature(body: bytes, secret: str = SECRET, at: datetime = NOW, event_id: str = "msg_1") -> str:
    """One signature as it stands in the header."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    to_sign = f"{event_id}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, to_sign, "sha256")).decode()


def signed(
    body: bytes,
    secret: str = SECRET,
    *,
    at: datetime = NOW,
    event_id: str = "msg_1",
    prefix: str = "svix",
    presented: str | None = None,
) -> WebhookRequest:
    """With the three headers; ``presented`` is what stands in the place of the right signature."""
    right = signature(body, secret, at, event_id)
    return post(
        body,
        {
            f"{prefix}-id": event_id,
            f"{prefix}-timestamp": str(int(at.timestamp())),
            f"{prefix}-signature": right if presented is None else presented,
        },
    )


EXAMPLE = Example(
    slug="resend",
    kind="type",
    good={
        "type": "email.bounced", "created_at": "2026-11-14T11:59:58.123Z",
        "data": {
            "created_at": "2026-11-14T11:59:50.000Z", "email_id": "56761188-7520-42d8-8898-000000000001",
            "message_id": "<0102@ats.example>", "from": "Jobs <jobs@ats.example>", "to": [ADA],
            "subject": "Your interview", "tags": {"category": "interview"},
            "bounce": {
                "type": "Permanent", "subType": "General", "message": "The recipient's server said no.",
                "diagnosticCode": ["smtp; 550 5.1.1 user unknown"],
            },
        },
    },
    bad={"type": "email.sent", "created_at": "soon", "data": {"to": [ADA], "email_id": "5676"}},
    secrets={"signing_key": SECRET},
    rotated={"signing_key": [OTHER_SECRET, SECRET]},
    sign=signed,
    forge=lambda body: signed(body, OTHER_SECRET),
    is_batch=False,
)  # fmt: skip
