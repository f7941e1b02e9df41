import json
from collections.abc import Sequence
from typing import Any

from tests.inbound.examples import Example
from tests.inbound.requests import ADA, PASSWORD, with_password


def wrap(events: Sequence[dict[str, Any]], name: str = "message_event") -> bytes:
    """Events of one class as SparkPost sends them."""
    return json.dumps([{"msys": {name: event}} for event in events]).encode()


EXAMPLE = Example(
    slug="sparkpost",
    kind="type",
    good={
        "type": "bounce", "bounce_class": "10", "customer_id": "1", "error_code": "550",
        "event_id": "92356927693813856", "message_id": "000443ee14578172be22",
        "transmission_id": "65832150921904138", "raw_rcpt_to": ADA, "rcpt_to": ADA,
        "raw_reason": "550 5.1.1 user unknown", "reason": "550 5.1.1 ...", "ip_address": "192.0.2.25",
        "rcpt_meta": {"deliveryledger_message_id": "msg-1"}, "timestamp": "1794657598",
    },
    bad={"type": "bounce", "raw_rcpt_to": ADA, "timestamp": "soon"},
    secrets={"basic_auth": PASSWORD},
    rotated={"basic_auth": ["hooks:new", PASSWORD]},
    sign=with_password,
    forge=lambda body: with_password(body, "hooks:wrong"),
    wrap=wrap,
    part=lambda event: {"msys": {"message_event": event}},
)  # fmt: skip
