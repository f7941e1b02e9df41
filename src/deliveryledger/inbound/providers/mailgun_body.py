"""What a Mailgun body is: its proof and its event, JSON or form, taken apart in one place.

A signature covers a time and a token, not the event. If verifying and reading found the token by themselves,
a body could be made in which they find different ones.
"""

import re
from datetime import datetime
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic_core import from_json

from ..forms import fields
from ..json_parts import member
from ..own_ids import METADATA_MESSAGE, METADATA_TENANT

MAX_BODY: Final = 2 * 1024 * 1024
"""Bytes that are read before it is known who sent them: a request holds a single event, of some KiB. Files in
a form (a mail that came back) do not count."""
_TOKEN = re.compile(r"[!-~]{1,100}\Z")


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)


class MailgunSignature(_Model):
    """The proof. ``parent-signature`` is there for subaccounts: the same by the main account's key."""

    token: str | None = None
    timestamp: str | None = None
    signature: str | None = None
    parent_signature: str | None = Field(None, alias="parent-signature")


class MailgunHeaders(_Model):
    """Of the message's own header."""

    message_id: str | None = Field(None, alias="message-id")
    to: str | None = None


class MailgunMessage(_Model):
    """The message."""

    headers: MailgunHeaders | None = None


class MailgunStatus(_Model):
    """What the remote server answered: ``message``; ``description`` is Mailgun's, where that is empty."""

    code: str | None = None
    """An SMTP reply code, or a number of Mailgun's own (4xx and 6xx)."""
    enhanced_code: str | None = Field(None, alias="enhanced-code")
    message: str | None = None
    description: str | None = None
    mx_host: str | None = Field(None, alias="mx-host")


class MailgunReject(_Model):
    """Why Mailgun did not take the message."""

    reason: str | None = None
    description: str | None = None


class MailgunClient(_Model):
    """What opened or clicked; ``bot`` names a known machine and is empty for a person."""

    bot: str | None = None


class MailgunEvent(_Model):
    """The fields that are read of any event; null and missing are the same, the rest is ignored."""

    event: str | None = None
    id: str | None = None
    timestamp: datetime | None = None
    recipient: str | None = None
    severity: str | None = None
    reason: str | None = None
    url: str | None = None
    status: MailgunStatus | None = Field(None, alias="delivery-status")
    reject: MailgunReject | None = None
    client: MailgunClient | None = Field(None, alias="client-info")
    message: MailgunMessage | None = None
    variables: Any = Field(None, alias="user-variables")


_PROOF: TypeAdapter[MailgunSignature | None] = TypeAdapter(MailgunSignature | None)
_EVENT: TypeAdapter[MailgunEvent | None] = TypeAdapter(MailgunEvent | None)


class Posted(NamedTuple):
    """What a body is."""

    proof: MailgunSignature
    token: str | None
    """The one token that is checked, and remembered; None where it cannot be one."""
    unread: bytes | dict[str, str]
    """The event as JSON, or the fields of a form."""

    def event(self) -> MailgunEvent | None:
        """Its event. Raises ValueError where that cannot be read."""
        if isinstance(self.unread, bytes):
            return _EVENT.validate_json(self.unread)
        return _EVENT.validate_python(_event_of(self.unread, self.proof.timestamp))


def posted(body: bytes) -> Posted:
    """Take a body apart, without a look at the event. Raises ValueError."""
    event: bytes | dict[str, str]
    proof: MailgunSignature | None
    if body.lstrip(b" \t\r\n")[:1] == b"{":
        if len(body) > MAX_BODY:
            raise ValueError("the body is longer than one event is")
        proof = _PROOF.validate_json(member(body, "signature") or b"null")
        event = member(body, "event-data") or b"null"
    else:
        form = fields(body, MAX_BODY)
        # The sender's own variables stand among the fields, whatever their names: of the proof's fields the
        # last is Mailgun's, of the others the first.
        event, last = dict(reversed(form)), dict(form)
        proof = MailgunSignature.model_validate(last)
    proof = proof or MailgunSignature.model_construct()
    return Posted(proof, proof.token if _TOKEN.match(proof.token or "") else None, event)


def _event_of(form: dict[str, str], timestamp: str | None) -> dict[str, Any]:
    """A form's fields in the places where the JSON has them. An empty field is a missing one."""

    def get(*names: str) -> str | None:
        found = next((form[name] for name in names if form.get(name)), "")
        # A remote server's words may be in any encoding; what is not UTF-8 could not be stored.
        return found.encode("utf-8", "surrogateescape").decode("utf-8", "replace") or None

    return {
        "event": get("event"),
        "timestamp": timestamp or None,
        "recipient": get("recipient"),
        "reason": get("reason"),
        "url": get("url"),
        "delivery-status": {"code": get("code"), "message": get("error", "description", "notification")},
        "message": {
            "headers": {"message-id": get("Message-Id", "message-id") or _message_id(get("message-headers"))}
        },
        "user-variables": {name: get(name) for name in (METADATA_MESSAGE, METADATA_TENANT)},
    }


def _message_id(headers: str | None) -> str | None:
    """Of the message's own header, an array of names and values: some forms have the id only there."""
    try:
        listed = from_json(headers or "[]")
    except ValueError:
        return None
    for field in listed if isinstance(listed, list) else ():
        match field:
            case [str(name), str(value)] if name.lower() == "message-id":
                return value
    return None
