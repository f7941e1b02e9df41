"""Captured webhook requests and mails in files: reading each into what it says."""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ..domain.identifiers import check_tenant
from ..domain.reports import Reading, utc
from ..errors import InvalidInput, PayloadTooLarge
from ..inbound import providers
from ..inbound.mail import read_mail
from ..inbound.request import WebhookRequest

MAX_CAPTURE: Final = 16 * 1024 * 1024
"""Bytes of one capture: a request's largest body in base64, and its headers."""
_LINES: Final = (".jsonl", ".ndjson")

Secrets = Mapping[str, Mapping[str, str | list[str]]]
"""``provider`` or ``provider/account`` -> name of the secret -> the secret, or several for a rotation."""
_SECRETS: TypeAdapter[dict[str, dict[str, str | list[str]]]] = TypeAdapter(
    dict[str, dict[str, str | list[str]]]
)
_OWN_SECRETS: TypeAdapter[dict[str, str | list[str]]] = TypeAdapter(dict[str, str | list[str]])


class UnreadableCapture(InvalidInput):
    """A file that holds no captured request."""


@dataclass(frozen=True)
class Delivery:
    """One captured request or mail, not read yet. ``name`` is its file, with the line's number."""

    name: str
    raw: bytes = field(repr=False)
    is_mail: bool = False
    is_too_large: bool = False

    @property
    def key(self) -> str:
        """Names the delivery in the ledger, so that the same bytes are recorded once."""
        return f"ingest:{sha256(self.raw).hexdigest()}"


class Capture(BaseModel):
    """A request as it was captured. ``esp`` is taken for ``provider``; a body is text or base64."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    provider: str = Field(validation_alias=AliasChoices("provider", "esp"))
    account: str = "main"
    method: str = "POST"
    url: str = ""
    headers: dict[str, str] = {}
    body: str | None = None
    body_b64: str | None = None
    received_at: datetime | None = None
    secrets: Any = None

    @property
    def raw_body(self) -> bytes:
        """The body's bytes, as they were signed."""
        if self.body_b64 is None:
            return (self.body or "").encode()
        return b64decode(self.body_b64, validate=True)


def deliveries(file: Path, name: str) -> Iterator[Delivery]:
    """What a file holds: one delivery, or one a line. Raises OSError."""
    with file.open("rb") as stream:
        if file.suffix.lower() in _LINES:
            yield from _lines(stream, name)
            return
        raw = stream.read(MAX_CAPTURE + 1)
    is_json = file.suffix.lower() == ".json" or (file.suffix.lower() != ".eml" and raw.lstrip()[:1] == b"{")
    yield Delivery(name, raw, is_mail=not is_json, is_too_large=len(raw) > MAX_CAPTURE)


def _lines(stream: BinaryIO, name: str) -> Iterator[Delivery]:
    number = 0
    while line := stream.readline(MAX_CAPTURE + 1):
        number += 1
        is_too_large = len(line) > MAX_CAPTURE
        rest = line
        while is_too_large and rest and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_CAPTURE)
        if line.strip():
            yield Delivery(f"{name}:{number}", line.strip(), is_too_large=is_too_large)


def read_delivery(delivery: Delivery, secrets: Secrets, *, now: datetime) -> Reading:
    """What a delivery says. Freshness is judged at the time of its capture, where that is known.

    Raises UnreadableCapture, PayloadTooLarge, UnknownProvider, Unauthenticated, InvalidIdentifier.
    """
    if delivery.is_too_large:
        raise PayloadTooLarge("read a capture", f"it is longer than {MAX_CAPTURE} bytes", "split it")
    if delivery.is_mail:
        return read_mail(delivery.raw, received_at=now)
    try:
        capture = Capture.model_validate_json(delivery.raw)
        body = capture.raw_body
    except ValidationError as error:
        raise _unreadable(_first_of(error)) from None
    except NotBase64:
        raise _unreadable("body_b64 is not base64") from None
    provider = providers.get(capture.provider)
    request = WebhookRequest(capture.method, capture.url, capture.headers, body)
    received_at = utc(capture.received_at) if capture.received_at else now
    known = _secrets_for(capture, secrets)
    return provider.read(request, known, account=check_tenant(capture.account), now=received_at)


def _secrets_for(capture: Capture, secrets: Secrets) -> Mapping[str, str | list[str]]:
    """A capture's own secrets count only where none are configured: else a file could vouch for itself."""
    for name in (f"{capture.provider}/{capture.account}", capture.provider):
        if name in secrets:
            return secrets[name]
    try:
        return _OWN_SECRETS.validate_python(capture.secrets or {})
    except ValidationError:
        raise _unreadable("its secrets are no texts by name") from None


def load_secrets(file: Path) -> Secrets:
    """The secrets of a JSON file, by provider and name. Raises InvalidInput."""
    try:
        return _SECRETS.validate_python(json.loads(file.read_bytes()))
    except (OSError, ValueError):  # pydantic's and json's errors are ValueErrors; their texts hold secrets
        raise InvalidInput(
            "read the secrets",
            "the file cannot be read, or is not JSON of the form {provider: {name: secret}}",
            "see docs/how-to/ingest-captures.md",
        ) from None


def _unreadable(obstacle: str) -> UnreadableCapture:
    return UnreadableCapture("read a capture", obstacle, "see docs/how-to/ingest-captures.md")


def _first_of(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if not first["loc"]:
        return "it is no JSON object"
    return f"{first['loc'][0]} is {'missing' if first['type'] == 'missing' else 'not what is expected'}"
