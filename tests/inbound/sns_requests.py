"""Messages as SNS and Scaleway's Topics and Events post them, signed with keys of our own."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.requests import NOW, post

TOPIC = "arn:aws:sns:eu-north-1:123456789012:deliveries"
CERT_URL = "https://sns.eu-north-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem"
SUBSCRIBE_URL = (
    f"https://sns.eu-north-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f"
)
SCALEWAY_TOPIC = "arn:scw:sns:fr-par:project-0a1b:deliveries"
SCALEWAY_CERT_URL = "https://messaging.s3.fr-par.scw.cloud/fr-par/sns/sns-0a1b.pem"

KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def certificate(
    key: Key = KEY,
    name: str = "sns.amazonaws.com",
    start: datetime = datetime(2026, 3, 1, tzinfo=UTC),
    days: int = 330,
    issuer: Key | None = None,
    is_authority: bool = False,
) -> str:
    """A certificate as PEM; issued by itself, or by the authority with that key."""
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    by = own if issuer is None else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    return builder.sign(issuer or key, SHA256()).public_bytes(Encoding.PEM).decode()


CERT = certificate()
AUTHORITY = certificate(OTHER_KEY, "Authority", is_authority=True)
SCALEWAY_CERT = certificate(KEY, "topics-and-events", issuer=OTHER_KEY)
SECRETS: Mapping[str, Any] = {"certs": {CERT_URL: CERT}, "topics": [TOPIC]}
SCALEWAY_SECRETS: Mapping[str, Any] = {
    "certs": {SCALEWAY_CERT_URL: SCALEWAY_CERT},
    "trust_chain": AUTHORITY,
    "topics": [SCALEWAY_TOPIC],
}


def envelope(message: str, **changes: Any) -> dict[str, Any]:
    """A notification without its signature; a change to None leaves the field out."""
    fields = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea",
        "TopicArn": TOPIC,
        "Message": message,
        "Timestamp": NOW.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "SignatureVersion": "2",
        "SigningCertURL": CERT_URL,
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def confirmation(**changes: Any) -> dict[str, Any]:
    """What is posted when somebody subscribes our URL to a topic."""
    more = {"Type": "SubscriptionConfirmation", "Token": "2336412f", "SubscribeURL": SUBSCRIBE_URL}
    return envelope("You have chosen to subscribe to the topic.", **{**more, **changes})


def signed(fields: Mapping[str, Any], key: rsa.RSAPrivateKey = KEY) -> dict[str, Any]:
    """With the signature that the vendor's page describes."""
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{fields[name]}\n" for name in names if fields.get(name) is not None)
    algorithm = SHA1() if fields.get("SignatureVersion") == "1" else SHA256()
    signature = key.sign(text.encode(), padding.PKCS1v15(), algorithm)
    return {**fields, "Signature": base64.b64encode(signature).decode()}


def request(fields: Mapping[str, Any]) -> WebhookRequest:
    """The request that carries it."""
    kind = str(fields.get("Type"))
    return post(
        json.dumps(fields).encode(),
        {"Content-Type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": kind},
    )


def amazon(body: bytes, key: rsa.RSAPrivateKey = KEY) -> WebhookRequest:
    """An event of SES in a signed envelope."""
    return request(signed(envelope(body.decode()), key))


def scaleway(body: bytes, key: rsa.RSAPrivateKey = KEY) -> WebhookRequest:
    """An event of Scaleway in a signed envelope."""
    changes = {"TopicArn": SCALEWAY_TOPIC, "SigningCertURL": SCALEWAY_CERT_URL, "SignatureVersion": "1"}
    return request(signed(envelope(body.decode(), **changes), key))


class Suspicious(dict[str, str]):
    """A mapping that nobody may ask."""

    def __getitem__(self, address: str) -> str:
        raise AssertionError(address)
