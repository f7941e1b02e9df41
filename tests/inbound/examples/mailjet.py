from tests.inbound.examples import Example
from tests.inbound.requests import ADA, PASSWORD, with_password

EXAMPLE = Example(
    slug="mailjet",
    kind="event",
    good={
        "event": "bounce", "time": 1794657598, "MessageID": 92233720368547758, "email": ADA,
        "Message_GUID": "0c1b2a39-4857-4667-8900-aabbccddeeff", "mj_campaign_id": 0, "mj_contact_id": 0,
        "customcampaign": "", "CustomID": "", "Payload": "{\"deliveryledger_message_id\": \"msg-1\"}",
        "blocked": False, "hard_bounce": True, "error_related_to": "recipient", "error": "user unknown",
        "comment": "550 5.1.1 user unknown",
    },
    bad={"event": "bounce", "email": ADA, "MessageID": 92233720368547758, "time": "yesterday"},
    secrets={"basic_auth": PASSWORD},
    rotated={"basic_auth": ["hooks:new", PASSWORD]},
    sign=with_password,
    forge=lambda body: with_password(body, "hooks:wrong"),
)  # fmt: skip
