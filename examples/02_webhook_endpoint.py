"""A webhook endpoint as a plain ASGI application: POST /webhooks/{provider}/{account}.

Serve ``application`` with any ASGI server; run this file to see it answer a few requests:

    python examples/02_webhook_endpoint.py

| answer | when |
|---|---|
| 200 | recorded, or known already; the provider must not send it again |
| 401 | the request does not prove who sent it |
| 404 | no such path, provider or account |
| 413 | the body is too long |
| 503 | the ledger cannot write now; nothing was recorded, the provider tries again later |
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deliveryledger import Ledger
from deliveryledger.errors import (
    DeliveryLedgerError,
    KeyStoreError,
    PayloadTooLarge,
    ReplayRefused,
    StorageError,
    Unauthenticated,
    UnknownProvider,
)
from deliveryledger.inbound import providers
from deliveryledger.inbound.request import MAX_BODY, WebhookRequest

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Secrets = Mapping[tuple[str, str], Mapping[str, str]]
"""(provider, account) -> the secrets of that endpoint. What is not in it does not exist."""

_STATUS: dict[type[DeliveryLedgerError], int] = {
    Unauthenticated: 401,
    ReplayRefused: 401,
    UnknownProvider: 404,
    PayloadTooLarge: 413,
    StorageError: 503,
    KeyStoreError: 503,
}


class Endpoint:
    """The application. ``clock`` says when a request came in; freshness of signatures is judged by it."""

    def __init__(
        self,
        ledger: Ledger,
        secrets: Secrets,
        *,
        max_body: int = MAX_BODY,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ledger = ledger
        self._secrets = secrets
        self._max_body = max_body
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (asgi.readthedocs.io, HTTP 2.3)."""
        if scope["type"] != "http":
            raise RuntimeError(f"no {scope['type']} here")  # what a server expects of an application without
        await _respond(send, await self._status(scope, receive))

    async def _status(self, scope: Scope, receive: Receive) -> int:
        match scope["path"].strip("/").split("/"):
            case ["webhooks", provider, account] if (provider, account) in self._secrets:
                pass
            case _:
                return 404
        body = await _body(receive, self._max_body)
        if body is None:
            return 413
        try:
            # The ledger is synchronous and thread-safe; the event loop must not wait for its disk.
            await asyncio.to_thread(self._record, scope, provider, account, body)
        except DeliveryLedgerError as error:
            # Its text is safe to log: no error of the ledger carries an address or a secret.
            return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 400)
        return 200

    def _record(self, scope: Scope, provider: str, account: str, body: bytes) -> None:
        request = WebhookRequest(scope["method"], scope["path"], _headers(scope), body)
        secrets = self._secrets[provider, account]
        reading = providers.get(provider).read(request, secrets, account=account, now=self._clock())
        self._ledger.record(reading)


def _headers(scope: Scope) -> dict[str, str]:
    fields: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields


async def _body(receive: Receive, limit: int) -> bytes | None:
    """The whole body; None as soon as it is longer than the limit, or the client has gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body"):
            return bytes(body)


async def _respond(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), *([(b"retry-after", b"30")] if status == 503 else [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


# --- What follows only shows it at work: requests of the sample inbox, called without a server. ---------


async def call(application: Endpoint, path: str, headers: Mapping[str, str], *chunks: bytes) -> int:
    """Call an ASGI application as a server does; returns the status."""
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    parts = [{"type": "http.request", "body": c, "more_body": True} for c in chunks[:-1]]
    parts.append({"type": "http.request", "body": chunks[-1], "more_body": False})
    coming = iter(parts)
    sent: list[Message] = []

    async def receive() -> Message:
        return next(coming)

    async def send(message: Message) -> None:
        sent.append(message)

    await application(scope, receive, send)
    return int(sent[0]["status"])


def main() -> None:
    """Post a signed batch, the same again, and a forged one."""
    inbox = Path(__file__).parent / "inbox"
    secrets = json.loads((inbox / "secrets.json").read_text())
    batch = json.loads((inbox / "1-first-morning" / "0920-sendgrid.jsonl").read_text().splitlines()[0])
    now = datetime.fromisoformat(batch["received_at"].replace("Z", "+00:00"))
    headers, body = batch["headers"], batch["body"].encode()
    with Ledger.open(":memory:", clock=lambda: now) as ledger:
        application = Endpoint(ledger, {("sendgrid", "main"): secrets["sendgrid"]}, clock=lambda: now)

        def post(path: str, *chunks: bytes) -> int:
            return asyncio.run(call(application, path, headers, *chunks))

        print("signed:           ", post("/webhooks/sendgrid/main", body[:100], body[100:]))
        print("the same again:   ", post("/webhooks/sendgrid/main", body))
        print("changed:          ", post("/webhooks/sendgrid/main", body.replace(b"5.2.2", b"5.1.1")))
        print("unknown provider: ", post("/webhooks/nobody/main", body))
        waiting = ledger.intake.unmatched()
        print("in the ledger:    ", ", ".join(f"{report.outcome}, no message yet" for report in waiting))


if __name__ == "__main__":
    main()
