"""A webhook endpoint: POST /webhooks/{provider}/{account}. Needs the extra ``web``.

Run this file to see it answer a few requests over HTTP:

    pip install 'deliveryledger[web]'
    python examples/02_webhook_endpoint.py

``deliveryledger serve`` is the same as a service; docs/how-to/receive-webhooks.md has the views for FastAPI,
Starlette, Flask and Django.
"""

import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette

from deliveryledger import Ledger
from deliveryledger.web import Receiver, create_app
from deliveryledger.web.serving import server_of


@contextmanager
def serving(app: Starlette) -> Iterator[int]:
    """Serve an application in a thread for as long as the block lasts; gives its port."""
    server = server_of(app)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()  # answers what came in, and records what it kept


def post(port: int, path: str, headers: Mapping[str, str], body: bytes) -> int:
    """Send one request; returns the status of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", path, body, dict(headers))
    status = connection.getresponse().status
    connection.close()
    return status


def main() -> None:
    """Post a signed batch, the same again, a forged one, and one for a provider that there is not."""
    inbox = Path(__file__).parent / "inbox"
    secrets = json.loads((inbox / "secrets.json").read_text())
    batch = json.loads((inbox / "1-first-morning" / "0920-sendgrid.jsonl").read_text().splitlines()[0])
    headers, body = batch["headers"], batch["body"].encode()
    # The sample was signed then; a signed time is accepted for five minutes.
    now = datetime.fromisoformat(batch["received_at"].replace("Z", "+00:00"))
    with Ledger.open(":memory:", clock=lambda: now) as ledger:
        receiver = Receiver(ledger, {"sendgrid/main": secrets["sendgrid"]}, clock=lambda: now)
        with serving(create_app(ledger, receiver)) as port:
            changed = body.replace(b"5.2.2", b"5.1.1")
            print("signed:           ", post(port, "/webhooks/sendgrid/main", headers, body))
            print("the same again:   ", post(port, "/webhooks/sendgrid/main", headers, body))
            print("changed:          ", post(port, "/webhooks/sendgrid/main", headers, changed))
            print("unknown provider: ", post(port, "/webhooks/nobody/main", headers, body))
        waiting = ledger.intake.unmatched()
        print("in the ledger:    ", ", ".join(f"{report.outcome}, no message yet" for report in waiting))


if __name__ == "__main__":
    main()
