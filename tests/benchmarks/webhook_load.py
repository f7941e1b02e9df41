"""What the webhook endpoint holds on one core: ``python -m tests.benchmarks.webhook_load``.

A real ``deliveryledger serve``, pinned to one core; a client on another one keeps connections open and sends
signed requests of one event each (SendGrid with ECDSA, Postmark with basic credentials, in turn) at fixed
times, whether or not the earlier ones were answered. A latency is counted from the time at which a request
was due, so that a server that hangs cannot slow down its own examination. Recording goes on beside.
"""

import argparse
import asyncio
import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from deliveryledger import Ledger
from tests.benchmarks.workload import SECRETS, START, address, populate, provider_id, signed

BAR_RATE, BAR_MS = 200, 100
PASSWORD = "hooks:correct horse"
ACCOUNTS = {"sendgrid/main": SECRETS, "postmark/main": {"basic_auth": PASSWORD}}
THROUGH = ("sendgrid", "postmark")
CONNECTIONS = 100


@dataclass
class Result:
    """What became of the requests of one run; seconds."""

    rate: int
    latencies: list[float] = field(default_factory=list)
    errors: int = 0
    recorded_after: float = 0.0
    """From the last answer until nothing waited any more."""

    def at(self, share: float) -> float:
        """A percentile, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    @property
    def holds(self) -> bool:
        """Whether the bar was reached at this rate."""
        return not self.errors and self.at(0.99) < BAR_MS

    def __str__(self) -> str:
        return (
            f"  {self.rate:>5}/s  p50 {self.at(0.5):6.1f} ms  p99 {self.at(0.99):6.1f} ms  "
            f"max {max(self.latencies) * 1000:6.1f} ms  errors {self.errors}  "
            f"all recorded {self.recorded_after:.1f} s after the last"
        )


def raw_request(number: int, at: datetime) -> bytes:
    """One HTTP request about the message of that number."""
    if number % 2:
        event: dict[str, Any] = {
            "RecordType": "Delivery",
            "MessageID": provider_id(number),
            "Recipient": address(number),
            "DeliveredAt": (START + timedelta(minutes=5)).isoformat(),
            "Details": "smtp;250 2.0.0 OK gsmtp",
        }
        credentials = base64.b64encode(PASSWORD.encode()).decode()
        path, headers = "postmark", {"Authorization": f"Basic {credentials}"}
        body = json.dumps(event).encode()
    else:
        event = {
            "email": address(number),
            "timestamp": int((START + timedelta(minutes=5)).timestamp()),
            "sg_event_id": f"event-{number}",
            "sg_message_id": f"{provider_id(number)}.recvd-69b6d7c9-abcde-1-6736-1.0",
            "event": "delivered",
            "response": "250 2.0.0 OK  1731571200 d9443c01a7336-20f5 - gsmtp",
        }
        request = signed([event], at)
        path, headers, body = "sendgrid", dict(request.headers), request.body
    lines = [f"POST /webhooks/{path}/main HTTP/1.1", "Host: ats.example", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Client:
    """Sends at fixed times over connections that stay open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._connections = asyncio.Semaphore(CONNECTIONS)

    async def run(self, requests: list[bytes], rate: int) -> Result:
        """Send all at that rate."""
        result = Result(rate)
        began = time.perf_counter() + 0.1
        tasks = []
        for number, request in enumerate(requests):
            due = began + number / rate
            if (pause := due - time.perf_counter()) > 0:
                await asyncio.sleep(pause)
            tasks.append(asyncio.create_task(self._send(request, due, result)))
        await asyncio.gather(*tasks)
        for _, writer in self._idle:
            writer.close()
        return result

    async def _send(self, request: bytes, due: float, result: Result) -> None:
        async with self._connections:
            try:
                async with asyncio.timeout(10):
                    status = await self._exchange(request)
            except (OSError, TimeoutError, asyncio.IncompleteReadError):
                status = 0
        result.latencies.append(time.perf_counter() - due)
        result.errors += status != 200

    async def _exchange(self, request: bytes) -> int:
        if self._idle:
            reader, writer = self._idle.pop()
        else:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if length := re.search(rb"content-length: (\d+)", head):
            await reader.readexactly(int(length[1]))
        self._idle.append((reader, writer))
        return int(head.split(b" ", 2)[1])


@contextmanager
def serving(path: Path, core: int) -> Iterator[int]:
    """A server on one core; its port."""
    command = [sys.executable, "-m", "deliveryledger", "serve", "--ledger", str(path), "--port", "0"]
    environment = {**os.environ, "DELIVERYLEDGER_WEBHOOKS": json.dumps(ACCOUNTS)}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        os.sched_setaffinity(server.pid, {core})  # before it starts a thread
        assert server.stdout
        line = server.stdout.readline()
        yield int(re.findall(r":(\d+) ", line)[0])
    finally:
        server.terminate()
        server.wait(60)


def measure(folder: Path, rate: int, seconds: int) -> Result:
    """One run against a fresh ledger in which the messages are known."""
    cores = sorted(os.sched_getaffinity(0))
    count, path = rate * seconds, folder / f"ledger-{rate}.db"
    with Ledger.open(path, clock=lambda: START) as ledger:
        populate(ledger, count, THROUGH)
    with serving(path, cores[0]) as port:
        os.sched_setaffinity(0, {cores[-1]})
        requests = [raw_request(number, datetime.now(UTC)) for number in range(count)]
        result = asyncio.run(Client(port).run(requests, rate))
        ended = time.perf_counter()
        with Ledger.open(path) as ledger:
            while ledger.requests.waiting().requests:
                time.sleep(0.05)
            result.recorded_after = time.perf_counter() - ended
    os.sched_setaffinity(0, cores)
    with Ledger.open(path) as ledger:
        recorded = sum(type(envelope.event).__name__ == "MessageDelivered" for envelope in ledger.history())
    assert recorded >= count - result.errors, f"only {recorded} of {count} were recorded"
    return result


def main() -> None:
    """Print a line for each rate: first the bar's, then higher ones until it does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rates", type=int, nargs="*", default=[BAR_RATE])
    parser.add_argument("--step-up", action="store_true", help="raise the rate until it does not hold")
    options = parser.parse_args()
    print(f"webhook endpoint on one core, {options.seconds} s each, p99 to be below {BAR_MS} ms")
    with tempfile.TemporaryDirectory() as temporary:
        for rate in options.rates:
            result = measure(Path(temporary), rate, options.seconds)
            verdict = ("reached" if result.holds else "MISSED") if rate == BAR_RATE else ""
            print(result, verdict and f"  bar {verdict}", flush=True)
        rate = max(options.rates)
        held = options.step_up
        while held:
            rate += 100
            result = measure(Path(temporary), rate, options.seconds)
            held = result.holds
            print(result, "" if held else "  does not hold", flush=True)


if __name__ == "__main__":
    main()
