"""Captured webhook requests and mails in files: reading each into what it says."""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from ..domain.identifiers import check_tenant
from ..domain.reports import Reading, moment_asked
from ..errors import DeliveryLedgerError, InvalidInput, PayloadTooLarge, Unauthenticated
from ..inbound import providers
from ..inbound.credentials import Secrets as OwnSecrets
from ..inbound.mail import read_mail
from ..inbound.mailboxes.files import STANDARD_INPUT, beginning, mails_of, standard_input
from ..inbound.provider import Provider
from ..inbound.request import WebhookRequest

MAX_CAPTURE: Final = 16 * 1024 * 1024
"""Bytes of one capture: a request's largest body in base64, and its headers."""
_LONGEST_ID: Final = 1_000
"""Characters of an id that is repeated in an answer."""
_LINES: Final = (".jsonl", ".ndjson")
_TENANT: Final = "tenant"
_ANSWER: Final = "answer 401"

_Named = dict[str, str | list[str] | dict[str, str]]
_SECRETS: TypeAdapter[dict[str, _Named]] = TypeAdapter(dict[str, _Named])
_OWN_SECRETS: TypeAdapter[_Named] = TypeAdapter(_Named)


@dataclass(frozen=True)
class Account:
    """What is configured of an account: its secrets by name, and whose it is, where it is one tenant's."""

    secrets: OwnSecrets = field(repr=False)
    tenant: str | None = None


Secrets = Mapping[str, Account]
"""By ``provider``, or by ``provider/account``, which goes before."""


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


class CapturedRequest(BaseModel):
    """A request as it was captured; a body is text or base64."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    method: str = "POST"
    url: str = ""
    headers: dict[str, str] = {}
    body: str | None = None
    body_b64: str | None = None
    received_at: datetime | None = None
    account: str = "main"
    secrets: Any = None

    @property
    def raw_body(self) -> bytes:
        """The body's bytes, as they were signed."""
        if self.body_b64 is None:
            return (self.body or "").encode()
        return b64decode(self.body_b64, validate=True)

    @property
    def own_secrets(self) -> OwnSecrets:
        """The secrets that came with it. Raises UnreadableCapture."""
        try:
            return _OWN_SECRETS.validate_python(self.secrets or {})
        except ValidationError:
            raise _unreadable("its secrets are no texts by name") from None

    def account_in(self, configured: Secrets, slug: str) -> Account:
        """Its account. Secrets of its own count only where none are configured: else it vouched for itself.

        Raises UnreadableCapture.
        """
        for name in (f"{slug}/{self.account}", slug):
            if name in configured:
                return configured[name]
        return Account(self.own_secrets)

    def read(self, provider: Provider, secrets: OwnSecrets, *, now: datetime) -> Reading:
        """What it says; ``now`` is for a request whose time of receipt is not known.

        Raises UnreadableCapture, PayloadTooLarge, Unauthenticated, InvalidInput.
        """
        try:
            body = self.raw_body
        except NotBase64:
            raise _unreadable("body_b64 is not base64") from None
        request = WebhookRequest(self.method, self.url, self.headers, body)
        received_at = moment_asked(self.received_at) if self.received_at else now
        return provider.read(request, secrets, account=self.account, now=received_at)


class Capture(CapturedRequest):
    """One of any provider's. ``esp`` is taken for ``provider``."""

    provider: str = Field(validation_alias=AliasChoices("provider", "esp"))


Captured = TypeVar("Captured", bound=CapturedRequest)


def deliveries(file: Path, name: str) -> Iterator[Delivery]:
    """What a file or standard input (``-``) holds: a request, one a line, a mail, an mbox. Raises OSError."""
    suffix = file.suffix.lower()
    with nullcontext(standard_input()) if name == STANDARD_INPUT else file.open("rb") as stream:
        if suffix in _LINES:
            yield from lines(stream, name)
            return
        start = beginning(stream)
        if suffix == ".json" or (suffix != ".eml" and start.lstrip()[:1] == b"{"):
            raw = start + stream.read(max(0, MAX_CAPTURE + 1 - len(start)))
            yield Delivery(name, raw, is_too_large=len(raw) > MAX_CAPTURE)
            return
        for mail in mails_of(stream, name, start=start):
            yield Delivery(mail.name, mail.raw, is_mail=True)


def lines(stream: BinaryIO, name: str) -> Iterator[Delivery]:
    """One delivery a line; of a line that is too long only the beginning is kept. Raises OSError."""
    number = 0
    while line := stream.readline(MAX_CAPTURE + 1):
        number += 1
        is_too_large = len(line) > MAX_CAPTURE
        rest = line
        while is_too_large and rest and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_CAPTURE)
        if line.strip():
            yield Delivery(f"{name}:{number}", line.strip(), is_too_large=is_too_large)


def read_delivery(
    delivery: Delivery, secrets: Secrets, *, now: datetime, read_mail: Callable[[bytes], Reading] = read_mail
) -> tuple[Reading, str | None]:
    """What a delivery says, and the tenant that its account belongs to, if to one.

    ``read_mail`` is a ledger's own, which knows our signatures. Freshness is judged at the time of the
    capture, where that is known.
    Raises UnreadableCapture, PayloadTooLarge, UnknownProvider, Unauthenticated, InvalidIdentifier.
    """
    if delivery.is_mail and not delivery.is_too_large:
        return read_mail(delivery.raw), None
    capture = parse(Capture, delivery)
    provider, account = providers.get(capture.provider), capture.account_in(secrets, capture.provider)
    check_tenant(capture.account)
    return capture.read(provider, account.secrets, now=now), account.tenant


def id_of(raw: bytes) -> str | int | None:
    """The caller's name of what a line asks, also where the rest of the line cannot be read."""
    try:
        request = from_json(raw)
    except ValueError:
        return None
    match request:
        case {"id": bool()}:
            return None
        case {"id": int(number)} if abs(number) < 2**63:
            return number
        case {"id": str(name)} if len(name) <= _LONGEST_ID:
            return name
    return None


def parse(model: type[Captured], delivery: Delivery) -> Captured:
    """The request that a delivery holds. Raises UnreadableCapture, PayloadTooLarge."""
    if delivery.is_too_large:
        raise PayloadTooLarge("read a capture", f"it is longer than {MAX_CAPTURE} bytes", "split it")
    try:
        return model.model_validate_json(delivery.raw)
    except ValidationError as error:
        raise _unreadable(_first_of(error)) from None


def load_secrets(file: Path) -> Secrets:
    """The accounts of a JSON file, of the form that the endpoint takes too. Raises InvalidInput."""
    try:
        accounts = _SECRETS.validate_python(json.loads(file.read_bytes()))
        return {name: _account(settings) for name, settings in accounts.items()}
    except (OSError, ValueError, RecursionError):  # the texts of pydantic's and json's errors hold secrets
        raise InvalidInput(
            "read the secrets",
            "the file cannot be read, or is not JSON of the form {provider: {name: secret}}",
            "see docs/how-to/ingest-captures.md",
        ) from None


def _account(settings: _Named) -> Account:
    secrets = {name: value for name, value in settings.items() if name != _TENANT}
    tenant = settings.get(_TENANT)
    if tenant is None:
        return Account(secrets)
    if not isinstance(tenant, str):
        raise ValueError("a tenant is one name")  # noqa: TRY004 - told as the other faults of the file
    return Account(secrets, check_tenant(tenant))


def why(error: DeliveryLedgerError) -> str:
    """Why a capture was refused, and what to do about it here, where nobody waits for an answer of HTTP."""
    if isinstance(error, Unauthenticated) and error.remedy == _ANSWER:
        return f"{error.attempted}: {error.obstacle}"
    return f"{error.attempted}: {error.obstacle}; {error.remedy}"


def _unreadable(obstacle: str) -> UnreadableCapture:
    return UnreadableCapture("read a capture", obstacle, "see docs/how-to/ingest-captures.md")


def _first_of(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if not first["loc"]:
        return "it is no JSON object"
    return f"{first['loc'][0]} is {'missing' if first['type'] == 'missing' else 'not what is expected'}"
