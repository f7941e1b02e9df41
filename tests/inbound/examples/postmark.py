from tests.inbound.examples import Example
from tests.inbound.requests import ADA, PASSWORD, with_password

EXAMPLE = Example(
    slug="postmark",
    kind="RecordType",
    good={
        "RecordType": "Bounce", "ID": 4323372036854775807, "Type": "HardBounce", "MessageID": "b7bc2f4a",
        "Email": ADA, "Details": "smtp;550 5.1.1 user unknown",
        "BouncedAt": "2026-11-14T11:59:58.1234567-05:00",
    },
    bad={"RecordType": "Bounce", "Email": ADA, "MessageID": "b7bc2f4a", "BouncedAt": "yesterday"},
    secrets={"basic_auth": PASSWORD},
    rotated={"basic_auth": ["hooks:new", PASSWORD]},
    sign=with_password,
    forge=lambda body: with_password(body, "hooks:wrong"),
    is_batch=False,
)  # fmt: skip
