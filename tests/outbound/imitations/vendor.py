"""What the imitations share: a server, its faults, and what the contract asks of every vendor."""

import json
import ssl
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar, NamedTuple, TypeVar
from urllib.parse import parse_qsl, unquote

from deliveryledger.application.suppression_lists import SuppressionList
from deliveryledger.domain.suppression_filter.events import Cause

ADA = "Ada.Lovelace@Example.org"
NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
"""What the adapters take for now."""
LISTED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""When an address comes on a list, unless a test says otherwise."""


Opener = Callable[..., SuppressionList]
"""Opens the lists of an imitation: secrets (None: the right ones) and settings, by name."""


class Asked(NamedTuple):
    """A request as it came in."""

    method: str
    target: str
    """Path and query, as they were on the wire."""
    path: tuple[str, ...]
    """Decoded segment by segment, as a router does that a hostile segment cannot fool."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Told(NamedTuple):
    """An answer. ``body`` is bytes, or becomes JSON; None is nothing at all."""

    status: int = 200
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    pause: float = 0.0
    """Seconds before every byte of the answer."""


Fault = Told | Callable[[Asked], Told]


@dataclass
class Vendor(ABC):
    """Answers requests; ``faults`` come first, one a request; ``always`` comes instead of everything."""

    asked: list[Asked] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    always: Fault | None = None
    denials: int = 0
    port: int = 0

    SLUG: ClassVar[str]
    SECRETS: ClassVar[Mapping[str, str]]
    WRONG_SECRETS: ClassVar[Mapping[str, str]]
    """Well formed, and not ours."""
    SETTINGS: ClassVar[Mapping[str, object]] = {}
    PAGE: ClassVar[int | None] = None
    """Entries on a page; None: it has no pages."""
    CAN_SAY_SINCE: ClassVar[bool] = True
    """Whether it can list what came after a moment."""
    HELD: ClassVar[tuple[Cause, ...]]
    """What its lists have addresses for; ``put`` takes these."""
    ADDABLE: ClassVar[tuple[Cause, ...]] = ()
    NOT_ADDABLE: ClassVar[tuple[Cause, ...]] = ()
    REFUSES: ClassVar[tuple[Cause, str] | None] = None
    """A cause whose removal it refuses, and ``Removal.why``; None: it refuses none."""
    IS_EVENTUAL: ClassVar[bool] = False
    """Whether a removal is done only after ``settle``."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @abstractmethod
    def knows(self, asked: Asked) -> bool:
        """Whether the credentials are ours."""

    @abstractmethod
    def answer(self, asked: Asked) -> Told:
        """What its documentation says that it answers. 404 for any path that it does not have."""

    @abstractmethod
    def put(self, address: str, cause: Cause = Cause.HARD_BOUNCE, at: datetime = LISTED) -> None:
        """An address comes on the list for that cause, in that spelling, without our doing."""

    @abstractmethod
    def has(self, address: str) -> bool:
        """Whether the address is on any list, whatever its case."""

    def settle(self) -> None:  # noqa: B027  # with most vendors nothing is left to be done
        """A minute passes."""

    def denied(self) -> Told:
        """What it answers to credentials that are not ours."""
        return Told(401, {"message": "no"})

    def receive(self, asked: Asked) -> Told:
        self.asked.append(asked)
        fault = self.always or (self.faults.pop(0) if self.faults else None)
        if fault is not None:
            return fault if isinstance(fault, Told) else fault(asked)
        if self.knows(asked):
            return self.answer(asked)
        self.denials += 1
        return self.denied()


V = TypeVar("V", bound=Vendor)


def asked_by(handler: BaseHTTPRequestHandler) -> Asked:
    path, _, query = handler.path.partition("?")
    return Asked(
        handler.command,
        handler.path,
        tuple(unquote(each) for each in path.split("/")[1:]),
        dict(parse_qsl(query, keep_blank_values=True)),
        {name.lower(): value for name, value in handler.headers.items()},
        handler.rfile.read(int(handler.headers.get("content-length", 0))),
    )


@contextmanager
def serving(vendor: V, context: ssl.SSLContext | None = None) -> Iterator[V]:
    """The server, while the block runs; with a context it speaks TLS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            told = vendor.receive(asked_by(self))
            body = told.body if isinstance(told.body, bytes) else b""
            if not isinstance(told.body, bytes) and told.body is not None:
                body = json.dumps(told.body).encode()
            lines = [f"HTTP/1.1 {told.status} Said", f"content-length: {len(body)}"]
            lines += [f"{name}: {value}" for name, value in told.headers]
            raw = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
            try:
                if not told.pause:
                    self.wfile.write(raw)
                    return
                for byte in raw:
                    time.sleep(told.pause)
                    self.wfile.write(bytes([byte]))
            except OSError:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", vendor.port), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    vendor.port = server.server_port
    try:
        yield vendor
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
