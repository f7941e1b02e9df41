"""Standard Webhooks (standardwebhooks.com), as Svix sends them too: a signature over id, time and body.

Source: github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md and
docs.svix.com/receiving/verifying-payloads/how-manual. A retry or a replay is signed anew, with its own time.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from .credentials import Configured, staleness, texts
from .request import WebhookRequest

ID_HEADERS: Final = ("svix-id", "webhook-id")
"""For a provider's ``kept_headers``."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
"""Without a dot: id, time and body are signed with dots between them, and none may give another a part."""


def signing_id(headers: Mapping[str, str]) -> tuple[str, str]:
    """Prefix of the three headers, and the signed id: the same in every retry; "" where there is none."""
    prefix = "svix" if "svix-id" in headers else "webhook"
    return prefix, headers.get(f"{prefix}-id", "")


def signature(request: WebhookRequest, secrets: Configured, now: datetime) -> str | None:
    """HMAC-SHA256 with any of the keys in ``signing_key``, which are base64, with or without ``whsec_``."""
    prefix, event_id = signing_id(request.headers)
    timestamp = request.headers.get(f"{prefix}-timestamp", "")
    if not _ID.fullmatch(event_id):
        return "the signed id is missing or no id"
    if obstacle := staleness(timestamp, now):
        return obstacle
    keys = [_from_base64(text.removeprefix("whsec_")) for text in texts(secrets, "signing_key")]
    signed = f"{event_id}.{timestamp}.".encode("utf-8", "replace") + request.body
    # One digest a key, however many signatures a stranger puts into the header; an empty key signs nothing.
    expected = [hmac.digest(key, signed, "sha256") for key in keys if key]
    if not expected:
        return "no configured key is base64"
    presented = _presented(request.headers.get(f"{prefix}-signature", ""))
    matches = [hmac.compare_digest(text, digest) for text in presented for digest in expected]
    return None if any(matches) else "the signature does not match"


def _presented(header: str) -> list[bytes]:
    """The signatures of version 1, of which there are several while keys rotate. Others are passed over."""
    pieces = (piece.partition(",") for piece in header.split(" "))
    return [found for version, _, text in pieces if version == "v1" and (found := _from_base64(text))]


def _from_base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
