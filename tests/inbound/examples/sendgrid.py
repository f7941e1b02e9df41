from tests.inbound.examples import Example
from tests.inbound.requests import ADA, KEY, OTHER_KEY, public, signed

EXAMPLE = Example(
    slug="sendgrid",
    kind="event",
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
)  # fmt: skip
