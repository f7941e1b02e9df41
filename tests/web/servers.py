"""Servers on the loopback interface, and a plain client for them."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deliveryledger import Ledger
from deliveryledger.inbound.request import WebhookRequest
from deliveryledger.web import Receiver, create_app
from deliveryledger.web.serving import server_of

SECONDS = 20
"""How long a test waits for what is to happen at once: the machine may be busy."""


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def send(
    port: int,
    path: str,
    body: bytes | Iterator[bytes] = b"",
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "POST",
) -> Answered:
    """One request over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Answered(response.status, fields, response.read())
    finally:
        connection.close()


def post(port: int, path: str, request: WebhookRequest) -> Answered:
    """A request that was made and signed elsewhere."""
    return send(port, path, request.body, request.headers)


def raw(port: int, *parts: bytes, pause: float = 0) -> bytes:
    """Bytes as they are, then whatever comes back until the server hangs up."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        with suppress(ConnectionError):  # it hung up with something unread
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
        with suppress(ConnectionError):
            while chunk := connection.recv(65_536):
                received += chunk
    return received


def until(condition: Callable[[], object]) -> None:
    """Wait for something that is bound to happen."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def is_recorded(ledger: Ledger) -> bool:
    """Whether nothing is kept any more."""
    return not ledger.requests.waiting().requests


@contextmanager
def served(ledger: Ledger, receiver: Receiver, **limits: Any) -> Iterator[int]:
    """The application on a server in a thread; its port."""
    with running(create_app(ledger, receiver, **limits)) as port:
        yield port


@contextmanager
def running(app: Any) -> Iterator[int]:
    """Any ASGI application on a server in a thread; its port."""
    server = server_of(app)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(SECONDS)


@dataclass
class Service:
    """``deliveryledger serve`` as a process."""

    ledger: Path
    accounts: Mapping[str, Any]
    options: tuple[str, ...] = ()
    port: int = 0
    announced: dict[str, Any] = field(default_factory=dict)

    def start(self) -> "Service":
        """Returns once it answers."""
        command = [sys.executable, "-m", "deliveryledger", "serve", "--ledger", str(self.ledger)]
        command += ["--port", str(self.port), "--json", *self.options]
        environment = {**os.environ, "DELIVERYLEDGER_WEBHOOKS": json.dumps(self.accounts)}
        self._errors = self.ledger.with_name("stderr.txt").open("a")
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=self._errors, text=True
        )
        assert self.process.stdout
        text = ""
        while not text.endswith("}\n"):
            line = self.process.stdout.readline()
            assert line, self.errors
            text += line
        self.announced = json.loads(text)
        self.port = int(self.announced["url"].rpartition(":")[2])
        return self

    @property
    def errors(self) -> str:
        """What it wrote to standard error, this time and before."""
        return self.ledger.with_name("stderr.txt").read_text()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; its exit code."""
        self.process.send_signal(how)
        code = self.process.wait(SECONDS)
        assert self.process.stdout
        self.process.stdout.close()
        self._errors.close()
        return code

    def __enter__(self) -> "Service":
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop(signal.SIGKILL)
