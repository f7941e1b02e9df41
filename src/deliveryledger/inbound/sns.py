"""Amazon SNS, and services that speak like it: the envelope of a message, its proof, its confirmation.

Source: docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html,
.../sns-message-and-json-formats.html and .../sns-message-delivery-retries.html.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from ..domain.reports import Quarantined, utc
from .batch import Claim, why
from .certificates import certificate_in
from .credentials import Check, Configured, texts
from .reception import Harvest, Reception
from .request import WebhookRequest
from .secret_forms import Form
from .signatures import rsa_matches

TOPIC: Final = "x-amz-sns-topic-arn"

# SNS signs with RSA and SHA-1 unless the topic's SignatureVersion is 2.
_HASHES: Final[Mapping[str, HashAlgorithm]] = {"1": SHA1(), "2": SHA256()}  # noqa: S303 - the service's choice
_SIGNED: Final = {
    # What the signature covers, in this order; not what a type of message does not have.
    "Message": "message",
    "MessageId": "message_id",
    "Subject": "subject",
    "SubscribeURL": "subscribe_url",
    "Timestamp": "timestamp",
    "Token": "token",
    "TopicArn": "topic",
    "Type": "type",
}
_UNSIGNED: Final[Mapping[str, frozenset[str]]] = {
    "Notification": frozenset({"SubscribeURL", "Token"}),
    "SubscriptionConfirmation": frozenset({"Subject"}),
    "UnsubscribeConfirmation": frozenset({"Subject"}),
}
_LEAST_BITS: Final = 2_048
_MAX_SIGNED: Final = 4 * 1024 * 1024
"""Bytes of a body that is parsed to check its signature. A message has at most 256 KiB, before its quotes and
line ends are escaped."""
_CONFIRMATION = re.compile(r"/\?Action=ConfirmSubscription&[!-~]{1,2000}")


class Envelope(BaseModel):
    """What SNS posts around a message. A body without ``Type`` has no envelope: raw delivery."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, hide_input_in_errors=True)

    type: str | None = Field(None, alias="Type")
    message_id: str | None = Field(None, alias="MessageId")
    topic: str | None = Field(None, alias="TopicArn")
    subject: str | None = Field(None, alias="Subject")
    message: str | None = Field(None, alias="Message")
    timestamp: str | None = Field(None, alias="Timestamp")
    token: str | None = Field(None, alias="Token")
    signature: str | None = Field(None, alias="Signature")
    signature_version: str | None = Field(None, alias="SignatureVersion")
    # Lambda and what copies it writes Url.
    subscribe_url: str | None = Field(None, validation_alias=AliasChoices("SubscribeURL", "SubscribeUrl"))
    certificate_url: str | None = Field(
        None, validation_alias=AliasChoices("SigningCertURL", "SigningCertUrl")
    )

    @property
    def at(self) -> datetime | None:
        """When the message was published; retries carry the same time. None where it is no time."""
        try:
            return utc(datetime.fromisoformat(self.timestamp or ""))
        except (ValueError, OverflowError):
            return None

    @property
    def signed(self) -> bytes | None:
        """The bytes that the signature covers; None where the type is none that is signed."""
        unsigned = _UNSIGNED.get(self.type or "")
        if unsigned is None:
            return None
        values = ((name, getattr(self, field)) for name, field in _SIGNED.items() if name not in unsigned)
        return "".join(f"{name}\n{value}\n" for name, value in values if value is not None).encode()


@dataclass(frozen=True)
class Service:
    """One service of this kind: what its topics are called, and where certificates and confirmations are."""

    topic: re.Pattern[str]
    """Matches the whole of a TopicArn, with a group ``region`` that can only be a region's name."""
    api: Callable[[str], str]
    """Host of a region, at which subscriptions are confirmed."""
    certificate: Callable[[str], re.Pattern[str]]
    """Matches the whole of an address at which a region's signing certificates are."""
    issued: Callable[[x509.Certificate, str, datetime, Configured], bool]
    """Whether a certificate is the service's: certificate, region, time of the message, secrets."""
    window: timedelta
    """How far the time of a message may be from now: its retries carry the time of the first attempt."""

    def region(self, topic: str | None) -> str | None:
        """The region of a topic, or None where it is no topic of this service."""
        match = self.topic.fullmatch(topic or "")
        return match["region"] if match else None

    def confirmation(self, envelope: Envelope) -> str | None:
        """The address that confirms a subscription, where it is the service's own and does nothing else."""
        region, url = self.region(envelope.topic), envelope.subscribe_url or ""
        origin = f"https://{self.api(region)}" if region else ""
        if not region or not url.startswith(origin) or url.count("Action=") != 1:
            return None
        return url if _CONFIRMATION.fullmatch(url, len(origin)) else None


def checks(service: Service) -> dict[str, Check]:
    """``topics``: ARNs that are let in. ``certs``: address of a certificate -> PEM, for the signature.

    The mapping of ``certs`` is asked only for an address that is the service's own, with ``[]``, and may
    fetch. KeyError: there is no such certificate; ProofUnavailable, or OSError: ask again later.
    """
    return {"topics": _topics, "certs": lambda *args: _signature(service, *args)}


def forms(service: Service) -> dict[str, Form]:
    """How ``topics`` look."""
    return {"topics": lambda text: None if service.region(text) else "is no ARN of a topic of this service"}


def _topics(request: WebhookRequest, secrets: Configured, _now: datetime) -> str | None:
    # The ARN of a topic is no secret, so that naming it proves nothing.
    if not secrets.keys() - {"topics"}:
        return "a topic alone proves nothing; configure certs or credentials as well"
    envelope = _envelope(request.body)
    enveloped = envelope is not None and envelope.type is not None
    topic = envelope.topic if envelope and enveloped else request.headers.get(TOPIC)
    return None if topic in texts(secrets, "topics") else "the message is of another topic"


def _signature(service: Service, request: WebhookRequest, secrets: Configured, now: datetime) -> str | None:
    envelope = _envelope(request.body)
    signed = envelope.signed if envelope else None
    if envelope is None or signed is None:
        return "there is no signature (raw delivery has none)"
    at, region = envelope.at, service.region(envelope.topic)
    if at is None or abs(now - at) > service.window:
        return f"the signed time is missing or more than {service.window.total_seconds():.0f} s from now"
    if region is None:
        return "the topic is none of this service"
    # Before anything is fetched: what is asked for is in the hands of whoever sent the request.
    if not service.certificate(region).fullmatch(envelope.certificate_url or ""):
        return "the certificate is not where this service keeps them"
    certificate = certificate_in(secrets["certs"], envelope.certificate_url or "")
    if certificate is None:
        return "there is no readable certificate of that address"
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        return "the certificate was not valid when the message was signed"
    if not service.issued(certificate, region, at, secrets):
        return "the certificate is not this service's"
    return _verify(certificate, envelope, signed)


def _verify(certificate: x509.Certificate, envelope: Envelope, signed: bytes) -> str | None:
    key, algorithm = certificate.public_key(), _HASHES.get(envelope.signature_version or "")
    if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_BITS or algorithm is None:
        return "the key or the version of the signature is none that is used"
    try:
        signature = base64.b64decode(envelope.signature or "", validate=True)
    except (binascii.Error, ValueError):
        return "the signature is not base64"
    return None if rsa_matches(key, signature, signed, algorithm) else "the signature does not match"


def _envelope(body: bytes) -> Envelope | None:
    try:
        return Envelope.model_validate_json(body) if len(body) <= _MAX_SIGNED else None
    except ValidationError:
        return None


@dataclass(frozen=True)
class Posted:
    """One message as it was posted: with an envelope, or raw."""

    body: bytes
    envelope: Envelope

    def around(self, message: str) -> bytes:
        """What to keep of it with another message in its place: without signature and addresses to visit."""
        if self.envelope.type is None:
            return message.encode()
        kept = self.envelope.model_copy(update={"message": message})
        names = {"type", "message_id", "topic", "message", "timestamp"}
        return kept.model_dump_json(by_alias=True, include=names, exclude_none=True).encode()


Payload = TypeVar("Payload", bound=BaseModel)


class Messages(Generic[Payload]):
    """Reads a body: reports of a notification, the address to visit of a confirmation.

    ``claim`` gets the notification's message and returns its claims; a report without ``raw`` gets the body.
    It may raise ValueError or OverflowError, which quarantines the body.
    """

    def __init__(
        self,
        service: Service,
        model: type[Payload],
        claim: Callable[[Payload, Posted, Reception], Sequence[Claim]],
    ) -> None:
        self._service, self._model, self._claim = service, model, claim

    def __call__(self, body: bytes, reception: Reception) -> Harvest:
        """Never raises for what a body contains."""
        try:
            envelope = Envelope.model_validate_json(body)
            if envelope.type is not None and envelope.type != "Notification":
                return self._about_the_subscription(envelope)
            # A text that is no object is somebody's test, or says that a topic was validated.
            if envelope.type is not None and not (envelope.message or "").lstrip().startswith("{"):
                return Harvest()
            message = body if envelope.type is None else envelope.message or ""
            claims = self._claim(self._model.model_validate_json(message), Posted(body, envelope), reception)
        except (ValueError, OverflowError) as error:
            return Harvest(quarantined=[Quarantined(why=why(error), raw=body)])
        return Harvest.of(
            [each if isinstance(each, str) or each.raw else each.with_raw(body) for each in claims]
        )

    def _about_the_subscription(self, envelope: Envelope) -> Harvest:
        if envelope.type == "UnsubscribeConfirmation":
            return Harvest()
        if envelope.type != "SubscriptionConfirmation":
            return Harvest(ignored=["a message of a type that the service does not document"])
        visit = self._service.confirmation(envelope)
        if visit is None:
            return Harvest(
                ignored=["a subscription with an address to confirm that is not the service's own"]
            )
        return Harvest(visit=visit)
