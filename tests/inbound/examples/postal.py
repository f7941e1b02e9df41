import base64

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.examples import Example
from tests.inbound.requests import ADA, post

KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)
SHA_1 = SHA1()
"""What older installations sign with."""


def public(key: rsa.RSAPrivateKey) -> str:
    """The key as it stands in an installation's DKIM record: base64 of DER."""
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def signature(body: bytes, key: rsa.RSAPrivateKey = KEY, algorithm: HashAlgorithm | None = None) -> str:
    return base64.b64encode(key.sign(body, PKCS1v15(), algorithm or SHA256())).decode()


def signed(body: bytes, key: rsa.RSAPrivateKey = KEY) -> WebhookRequest:
    """Both signatures, as present installations send them."""
    return post(
        body,
        {
            "X-Postal-Signature": signature(body, key, SHA_1),
            "X-Postal-Signature-256": signature(body, key),
            "X-Postal-Signature-KID": "0f1e2d3c",
        },
    )


EXAMPLE = Example(
    slug="postal",
    kind="payload.status",
    good={
        "event": "MessageDeliveryFailed", "timestamp": 1794657599.25,
        "uuid": "7f6d1d9e-1c9a-4c33-9f0e-6a1b1d2c3e4f",
        "payload": {
            "message": {
                "id": 4711, "token": "aB3dE5gH7jK9", "direction": "outgoing", "to": ADA, "tag": None,
                "message_id": "5d0c2f1e@rp.postal.ats.example", "from": "jobs@ats.example",
                "subject": "Your interview", "timestamp": 1794657590.5, "spam_status": "NotChecked",
            },
            "status": "HardFail", "output": "550 5.1.1 user unknown", "sent_with_ssl": True,
            "details": "Permanent SMTP delivery error when sending to mx.example.org:25",
            "timestamp": 1794657598.5, "time": 0.42,
        },
    },
    bad={"event": "MessageSent", "payload": {"message": {"to": ADA}, "status": "Sent", "timestamp": "soon"}},
    secrets={"public_key": public(KEY)},
    rotated={"public_key": [public(OTHER_KEY), public(KEY)]},
    sign=signed,
    forge=lambda body: signed(body, OTHER_KEY),
    is_batch=False,
)  # fmt: skip
