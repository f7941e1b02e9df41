"""An ATS that is told: a real HTTP server on the loopback interface that checks every signature."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple

from deliveryledger.outbound.webhooks import Subscription

SECRET = "whsec_" + base64.b64encode(b"first secret of the ATS 24").decode()
NEWER = "whsec_" + base64.b64encode(b"newer secret of the ATS 24").decode()


class Delivery(NamedTuple):
    """One request, as it came in."""

    id: str
    body: bytes
    type: str
    data: dict[str, Any]
    timestamp: int


class Reply(NamedTuple):
    """What the server does with a request."""

    status: int = 204
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    pause: float = 0.0
    """Seconds before every byte of the answer."""


@dataclass
class Ats:
    """Answers as ``reply`` says; what it took is in ``taken``, everything that came in ``seen``."""

    reply: Callable[[Delivery], Reply] = lambda _: Reply()
    secret: str = SECRET
    seen: list[Delivery] = field(default_factory=list)
    taken: list[Delivery] = field(default_factory=list)
    forged: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    def subscription(self, name: str = "ats", **fields: Any) -> Subscription:
        """To this server."""
        return Subscription.of(name, {"url": self.url, "secrets": [SECRET], **fields})

    def types(self, message_id: str | None = None) -> list[str]:
        """What was taken, in order; of one message alone, if that is asked."""
        return [
            each.type
            for each in self.taken
            if message_id is None or each.data.get("message_id") == message_id
        ]

    def receive(self, headers: Any, body: bytes) -> Reply:
        if not is_signed(self.secret, headers, body):
            self.forged += 1
            return Reply(401)
        said = json.loads(body)
        timestamp = int(headers["webhook-timestamp"])
        delivery = Delivery(headers["webhook-id"], body, said["type"], said["data"], timestamp)
        self.seen.append(delivery)
        reply = self.reply(delivery)
        if 200 <= reply.status < 300:
            self.taken.append(delivery)
        return reply


def is_signed(secret: str, headers: Any, body: bytes) -> bool:
    """By the words of the specification, and none of our code."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return expected in headers["webhook-signature"].split(" ")


@contextmanager
def serving(ats: Ats) -> Iterator[Ats]:
    """The server, while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            reply = ats.receive(self.headers, self.rfile.read(int(self.headers["content-length"])))
            answer = f"HTTP/1.1 {reply.status} Said\r\ncontent-length: {len(reply.body)}\r\n"
            answer += "".join(f"{name}: {value}\r\n" for name, value in reply.headers)
            raw = answer.encode() + b"\r\n" + reply.body
            try:
                if not reply.pause:
                    self.wfile.write(raw)
                    return
                for byte in raw:
                    time.sleep(reply.pause)
                    self.wfile.write(bytes([byte]))
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", ats.port), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    ats.port = server.server_port
    try:
        yield ats
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
