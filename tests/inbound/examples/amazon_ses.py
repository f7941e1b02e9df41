from tests.inbound import sns_requests as sns
from tests.inbound.examples import Example
from tests.inbound.requests import ADA

MAIL = {"timestamp": "2026-11-14T11:59:50.101Z", "messageId": "0110018f-7a54", "destination": [ADA]}

EXAMPLE = Example(
    slug="amazon_ses",
    kind="eventType",
    good={
        "eventType": "Bounce",
        "mail": MAIL,
        "bounce": {
            "bounceType": "Permanent", "bounceSubType": "General", "feedbackId": "0110018f-f00d",
            "timestamp": "2026-11-14T11:59:58.605Z", "reportingMTA": "dns; mx.example.org",
            "bouncedRecipients": [{
                "emailAddress": ADA, "action": "failed", "status": "5.1.1",
                "diagnosticCode": "smtp; 550 5.1.1 user unknown",
            }],
        },
    },
    bad={"eventType": "Bounce", "mail": MAIL, "bounce": {"timestamp": "yesterday", "bouncedRecipients": []}},
    secrets=sns.SECRETS,
    rotated={**sns.SECRETS, "certs": {
        sns.CERT_URL.replace("0a1b2c", "ff"): sns.certificate(sns.OTHER_KEY), sns.CERT_URL: sns.CERT,
    }},
    sign=sns.amazon,
    forge=lambda body: sns.amazon(body, sns.OTHER_KEY),
    is_batch=False,
)  # fmt: skip
