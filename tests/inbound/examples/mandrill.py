import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from deliveryledger.inbound.forms import fields
from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.examples import Event, Example
from tests.inbound.requests import ADA, post

KEY, OTHER_KEY = "key-made-up", "key-of-somebody-else"
URL = "https://hooks:secret@ats.example/webhooks/mandrill/main?from=mandrill"


def form(events: Sequence[Event]) -> bytes:
    """The body that Mandrill posts."""
    return urlencode({"mandrill_events": json.dumps(list(events))}).encode()


def signature(posted: Mapping[str, str], key: str = KEY, url: str = URL) -> str:
    """What Mandrill puts into the header."""
    signed = url + "".join(name + posted[name] for name in sorted(posted))
    return base64.b64encode(hmac.digest(key.encode(), signed.encode(), "sha1")).decode()


def signed(body: bytes, key: str = KEY, url: str = URL) -> WebhookRequest:
    """A form with its signature; the request's own URL is what is left of it behind a proxy."""
    return post(body, {"X-Mandrill-Signature": signature(dict(fields(body)), key, url)})


GOOD: dict[str, Any] = {
    "event": "hard_bounce", "_id": "6b3c0f2e4d5a4c1b9a8f7e6d5c4b3a29", "ts": 1794657598,
    "msg": {
        "_id": "6b3c0f2e4d5a4c1b9a8f7e6d5c4b3a29", "email": ADA, "bounce_description": "bad_mailbox",
        "diag": "smtp;550 5.1.1 user unknown", "metadata": [], "ts": 1794657590, "state": "bounced",
    },
}  # fmt: skip
EXAMPLE = Example(
    slug="mandrill",
    kind="event",
    good=GOOD,
    bad={"event": "hard_bounce", "_id": "6b3c", "ts": {"seconds": ADA}, "msg": {"email": ADA}},
    secrets={"signing_key": KEY, "webhook_url": URL},
    rotated={"signing_key": [OTHER_KEY, KEY], "webhook_url": ["https://old.example/hook", URL]},
    sign=signed,
    forge=lambda body: signed(body, OTHER_KEY),
    wrap=form,
)
