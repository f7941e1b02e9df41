"""Events to stored bytes and back: serialised once by pydantic-core, personal fields sealed on the way.

``{"recorded_at":"…Z",["schema":n,][<personal fields as placeholders>,"sealed":"…",]<other fields>}``
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from ..domain.addresses import ERASED_DOMAIN
from ..domain.aggregate import Event
from ..domain.personal import ERASED, SEALED
from ..errors import LedgerCorrupt
from ..privacy.sealing import associated_data, open_sealed, seal
from .event_types import UPCASTERS, event_type

Keys = Mapping[str, AESGCM | None]
"""Data subject -> its key; None = destroyed: erased."""

_HEAD = b'{"recorded_at":"'
_TIME_END = len(_HEAD) + len("2026-11-14T08:32:07.123456Z")
_FIELDS = _TIME_END + 2
_SEALED = b'"sealed":"'
_SCHEMA = b'"schema":'
_LATEST_SEALED = 512
"""Placeholders are short and the sealed fields follow them; no text of a field can look like their name."""


class Placed(NamedTuple):
    """Where an event stands; sealed fields are bound to it."""

    name: str
    stream: str
    version: int


def format_time(moment: datetime) -> bytes:
    """Fixed width, UTC, microseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()


def recorded_at(data: bytes) -> datetime:
    """When stored bytes were written."""
    try:
        return datetime.fromisoformat(data[len(_HEAD) : _TIME_END].decode())
    except ValueError:
        raise _corrupt() from None


def encode(event: Event, stream: str, version: int, time: bytes, keys: Keys) -> bytes:
    """The bytes that are stored, hashed and never changed. ``time`` is made by :func:`format_time`."""
    cls = type(event)
    name = cls.__name__
    head = b'%s%s",%s' % (_HEAD, time, _schema(name))
    subject = needs_key(event)
    if subject is None:
        return head + cls.__pydantic_serializer__.to_json(event, exclude_none=True)[1:]
    personal, fields = cls.personal, event.__dict__
    present = [field for field in personal if fields[field] is not None]
    body = cls.__pydantic_serializer__.to_json(event, exclude=set(personal), exclude_none=True)[1:-1]
    key = keys[subject]
    if key is None:
        return b"%s%s,%s}" % (head, body, _erased(cls, present, subject))
    plaintext = to_json({field: fields[field] for field in present})
    sealed = seal(key, plaintext, associated_data(name, stream, version, subject))
    return b'%s%s,%s%s",%s}' % (head, _placeholders(tuple(present)), _SEALED, sealed, body)


def _schema(name: str) -> bytes:
    steps = UPCASTERS.get(name)
    return b"%s%d," % (_SCHEMA, len(steps) + 1) if steps else b""


def decode(name: str, data: bytes) -> Event:
    """The event with its personal fields left sealed (``[sealed]``)."""
    cls = event_type(name)
    try:
        if name in UPCASTERS:
            return cls.model_validate(_upcast(name, from_json(data)))
        event: Event = cls.__pydantic_validator__.validate_json(data)
    except (ValidationError, ValueError):
        raise _corrupt() from None
    return event


def decode_opened(placed: Placed, data: bytes, keys: Keys) -> Event:
    """The event with its personal fields opened, or as placeholders if the subject was erased."""
    return decode(placed.name, open_data(*placed, data, sealed_subject(data), keys))


def open_data(name: str, stream: str, version: int, data: bytes, subject: str | None, keys: Keys) -> bytes:
    """Stored bytes with the opened fields in place of their placeholders. ``subject``: who sealed them."""
    if subject is None:
        return data
    key = keys[subject]
    if key is None:
        return _erase(name, data, subject)
    start = data.index(_SEALED) + len(_SEALED)
    end = data.index(b'"', start)
    bound_to = associated_data(name, stream, version, subject)
    plaintext = open_sealed(key, data[start:end], bound_to)
    # What stands between the head and the end of the sealed text are the placeholders.
    head = data.index(b",", _FIELDS) + 1 if data.startswith(_SCHEMA, _FIELDS) else _FIELDS
    return data[:head] + data[end + 2 : -1] + b"," + plaintext[1:]


def sealed_subject(data: bytes) -> str | None:
    """The data subject whose key opens these bytes; None = nothing is sealed."""
    return _subject(data) if data.find(_SEALED, _TIME_END, _LATEST_SEALED) > 0 else None


def needs_key(event: Event) -> str | None:
    """The data subject whose key is needed to store an event; None = nothing to seal."""
    fields = event.__dict__
    for field in type(event).personal:
        if fields[field] is not None:
            subject: str = fields["data_subject"]
            return subject
    return None


def _subject(data: bytes) -> str:
    marker = b'"data_subject":"'
    start = data.find(marker) + len(marker)
    end = data.find(b'"', start)
    if start < len(marker) or end < 0:
        raise _corrupt()
    return data[start:end].decode("ascii", "replace")


def _erase(name: str, data: bytes, subject: str) -> bytes:
    cls = event_type(name)
    try:
        fields: dict[str, Any] = from_json(data)
    except ValueError:
        raise _corrupt() from None
    for field in cls.personal:
        if fields.get(field) is not None:
            fields[field] = erased_value(cls, field, subject)
    del fields["sealed"]
    return to_json(fields)


def erased_value(cls: type[Event], field: str, subject: str) -> str:
    """What an erased field says; addresses keep their shape (RFC 2606 ``.invalid``)."""
    return f"erased+{subject[:8]}@{ERASED_DOMAIN}" if cls.personal[field].address else ERASED


def _erased(cls: type[Event], present: list[str], subject: str) -> bytes:
    return to_json({field: erased_value(cls, field, subject) for field in present})[1:-1]


@lru_cache(maxsize=256)
def _placeholders(fields: tuple[str, ...]) -> bytes:
    return to_json(dict.fromkeys(fields, SEALED))[1:-1]


def _upcast(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    for step in UPCASTERS[name][fields.get("schema", 1) - 1 :]:
        fields = step(fields)
    return fields


def _corrupt() -> LedgerCorrupt:
    return LedgerCorrupt(
        "decode a stored event",
        "its bytes do not fit its name",
        "compare the log with a backup; do not write to it",
    )
