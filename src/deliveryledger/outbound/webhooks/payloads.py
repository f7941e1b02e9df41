"""The bytes that are told of an event: the same ones at every attempt, until somebody is erased."""

import hashlib
import json
from typing import Any, Final

from ...application.envelope import Envelope
from ...domain.addresses import ERASED_DOMAIN
from ...domain.aggregate import Event
from ...domain.personal import ERASED
from .types import TYPES

_TYPE_OF: Final = {kind.event: name for name, kind in TYPES.items()}


def type_of(event: Event) -> str | None:
    """The type of webhook that tells of an event; None: none does."""
    return _TYPE_OF.get(type(event))


def webhook_id(ledger_id: str, envelope: Envelope) -> str:
    """Of an event of a ledger: a digest, as ids of streams may have signs that no header may have."""
    named = f"{ledger_id}\n{envelope.event_id}".encode()
    return f"evt_{hashlib.sha256(named).hexdigest()[:32]}"


def payload(envelope: Envelope, *, include_personal: bool) -> bytes:
    """``{"type", "timestamp", "data"}`` as JSON, of an event that has a type."""
    name = _TYPE_OF[type(envelope.event)]
    kind = TYPES[name]
    said: dict[str, Any] = envelope.event.model_dump(mode="json", include={*kind.fields, *kind.personal})
    data = {
        "event_id": envelope.event_id,
        "position": envelope.position,
        "tenant": envelope.name.owner,
        "recorded_at": envelope.recorded_at.isoformat(),
        **{field: said[field] for field in kind.fields},
    }
    if include_personal:
        data |= {field: said[field] for field in kind.personal if not _is_erased(said[field])}
    body = {"type": name, "timestamp": envelope.event.occurred_at.isoformat(), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _is_erased(value: object) -> bool:
    return isinstance(value, str) and (value == ERASED or value.endswith(f"@{ERASED_DOMAIN}"))
