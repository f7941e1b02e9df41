from tests.inbound import sns_requests as sns
from tests.inbound.examples import Example
from tests.inbound.requests import ADA

EXAMPLE = Example(
    slug="scaleway_tem",
    kind="type",
    good={
        "id": "9e2a", "type": "email_dropped", "created_at": "2026-11-14T11:59:58.605Z",
        "email_id": "6b1f", "email_to": ADA, "email_from": "jobs@ats.example",
        "email_response_code": 550, "email_response_message": "5.1.1 user unknown",
    },
    bad={"id": "9e2b", "type": "email_dropped", "email_to": ADA, "created_at": "yesterday"},
    secrets=sns.SCALEWAY_SECRETS,
    rotated={**sns.SCALEWAY_SECRETS, "trust_chain": [
        sns.certificate(sns.KEY, "Authority", is_authority=True), sns.AUTHORITY,
    ]},
    sign=sns.scaleway,
    forge=lambda body: sns.scaleway(body, sns.OTHER_KEY),
    is_batch=False,
)  # fmt: skip
