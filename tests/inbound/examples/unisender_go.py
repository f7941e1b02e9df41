import hashlib
import json
from collections.abc import Sequence

from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.examples import Event, Example
from tests.inbound.requests import ADA, post

KEY, OTHER_KEY = "6key0made0up", "6key0of0somebody0else"


def wrapped(events: Sequence[Event]) -> bytes:
    """The body that Unisender posts, without the proof."""
    user = {"user_id": 5960000, "project_id": "6862", "events": list(events)}
    return json.dumps({"auth": "", "events_by_user": [user]}, separators=(",", ":")).encode()


def with_auth(body: bytes, key: str = KEY) -> WebhookRequest:
    """The body with its proof, which stands in it."""
    digest = hashlib.md5(body.replace(b'"auth":""', b'"auth":"%s"' % key.encode())).hexdigest()
    return post(body.replace(b'"auth":""', b'"auth":"%s"' % digest.encode()))


EXAMPLE = Example(
    slug="unisender_go",
    kind="event_data.status",
    good={
        "event_name": "transactional_email_status",
        "event_data": {
            "job_id": "1vKq2R-00057m-86zr", "email": ADA, "status": "hard_bounced",
            "event_time": "2026-11-14 11:59:58", "metadata": {},
            "delivery_info": {
                "delivery_status": "err_user_unknown", "destination_response": "550 5.1.1 user unknown",
            },
        },
    },
    bad={
        "event_name": "transactional_email_status",
        "event_data": {"email": ADA, "status": "sent", "event_time": f"{ADA} at noon"},
    },
    secrets={"api_key": KEY},
    rotated={"api_key": [OTHER_KEY, KEY]},
    sign=with_auth,
    forge=lambda body: with_auth(body, OTHER_KEY),
    wrap=wrapped,
)  # fmt: skip
