from tests.inbound.examples import Example
from tests.inbound.requests import ADA, PASSWORD, with_password

EXAMPLE = Example(
    slug="brevo",
    kind="event",
    good={
        "event": "hard_bounce", "email": ADA, "id": 26224, "date": "2026-11-14 12:59:58", "ts": 1794657598,
        "message-id": "<202611141159.1234567890@smtp-relay.example.org>", "ts_event": 1794657598,
        "ts_epoch": 1794657598000, "subject": "Interview", "reason": "550 5.1.1 user unknown",
        "X-Mailin-custom": "{\"deliveryledger_message_id\": \"msg-1\"}", "tags": ["interview"],
    },
    bad={"event": "hard_bounce", "email": ADA, "ts_epoch": {"milliseconds": ADA}},
    secrets={"basic_auth": PASSWORD},
    rotated={"basic_auth": ["hooks:new", PASSWORD]},
    sign=with_password,
    forge=lambda body: with_password(body, "hooks:wrong"),
)  # fmt: skip
