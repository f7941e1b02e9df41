"""A service that is killed again and again, under load: whatever was answered with 200 is recorded, once."""

import base64
import http.client
import json
import random
import signal
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from deliveryledger import Ledger
from deliveryledger.domain.intake.events import ReportUnmatched
from deliveryledger.domain.message.events import MessageBounced
from tests.inbound.requests import KEY, PASSWORD, public
from tests.web.servers import SECONDS, Service, is_recorded, until

ACCOUNTS = {"sendgrid/main": {"public_key": public(KEY)}, "postmark/main": {"basic_auth": PASSWORD}}
CLIENTS = 6
Request = tuple[str, dict[str, str], bytes]


def sendgrid(message: str) -> Request:
    """Signed with the key, now."""
    at = int(datetime.now(UTC).timestamp())
    event = {"event": "bounce", "type": "bounce", "email": f"{message}@example.org", "timestamp": at}
    event |= {"sg_message_id": f"{message}.filter", "sg_event_id": message, "reason": "550 5.1.1 unknown"}
    body = json.dumps([event]).encode()
    signature = base64.b64encode(KEY.sign(str(at).encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": str(at),
    }
    return "/webhooks/sendgrid/main", headers, body


def postmark(message: str) -> Request:
    """With credentials."""
    event = {"RecordType": "Bounce", "Type": "HardBounce", "MessageID": message, "ID": 1}
    event |= {"Email": f"{message}@example.org", "BouncedAt": datetime.now(UTC).isoformat()}
    token = base64.b64encode(PASSWORD.encode()).decode()
    return "/webhooks/postmark/main", {"Authorization": f"Basic {token}"}, json.dumps(event).encode()


class Client(threading.Thread):
    """Sends one after another, each until it is answered with 200: as a provider does, only sooner."""

    def __init__(self, name: str, port: int) -> None:
        super().__init__(daemon=True)
        self._prefix = name
        self._port = port
        self._connection: http.client.HTTPConnection | None = None
        self._chance = random.Random(name)
        self.enough = threading.Event()
        self.answered: list[str] = []
        self.statuses: Counter[int] = Counter()

    def run(self) -> None:
        number = 0
        while not self.enough.is_set():
            message, number = f"{self._prefix}-{number}", number + 1
            request = (sendgrid if number % 2 else postmark)(message)  # the number is the next one's already
            deadline = time.monotonic() + SECONDS
            while self._send(request) != 200:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            self.answered.append(message)
            if self._chance.random() < 0.1:
                self._send(request)  # although it was answered: some providers do
        self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _send(self, request: Request) -> int:
        path, headers, body = request
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
            self._connection.request("POST", path, body, headers)
            response = self._connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return 0
        self.statuses[response.status] += 1
        return response.status


KNOWN = 40
"""Of each client so many messages are known to the ledger; the others are not."""


def register(path: Path) -> None:
    """Messages that the first reports of every client are about."""
    with Ledger.open(path) as ledger:
        for message in (f"c{client}-{number}" for client in range(CLIENTS) for number in range(KNOWN)):
            ledger.candidate_emails.register(f"cand-{message}", f"{message}@example.org", by="rec-3")
            ledger.messages.register(f"cand-{message}", sender="rec-3", subject="Hi", message_id=message)
            provider = "postmark" if int(message.partition("-")[2]) % 2 else "sendgrid"
            ledger.messages.mark_submitted(message, provider=provider, provider_message_id=message)


def bounces(ledger: Ledger) -> Counter[str]:
    """How often each message was recorded to have bounced, known to the ledger or not."""
    found: Counter[str] = Counter()
    after = 0
    while envelopes := ledger._services.log.read(after=after, limit=1_000):
        after = envelopes[-1].position
        for envelope in envelopes:
            if isinstance(envelope.event, ReportUnmatched):
                recipient = str(json.loads(envelope.event.report)["recipient"])
                found[recipient.partition("@")[0]] += 1
            elif isinstance(envelope.event, MessageBounced):
                found[envelope.name.id] += 1
    return found


@pytest.mark.slow
def test_nothing_that_was_answered_is_lost_or_recorded_twice(tmp_path: Path):
    register(tmp_path / "ledger.db")
    service = Service(tmp_path / "ledger.db", ACCOUNTS).start()
    clients = [Client(f"c{number}", service.port) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    chance = random.Random(4)
    try:
        for _ in range(5):
            time.sleep(0.3 + chance.random())
            assert service.stop(signal.SIGKILL) == -signal.SIGKILL
            service.start()  # on the same port
        time.sleep(0.5)
    finally:
        for client in clients:
            client.enough.set()
        for client in clients:
            client.join(SECONDS * 2)
        code = service.stop()
    answered = [message for client in clients for message in client.answered]
    assert code == 0
    assert len(answered) > 100
    assert {status for client in clients for status in client.statuses} <= {200, 503}
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        assert is_recorded(ledger)
        found = bounces(ledger)
        assert ledger.status().counts["addresses ever suppressed"] >= CLIENTS
    assert [message for message in answered if found[message] != 1] == []
    assert set(found) == set(answered)  # nothing came from nowhere
    assert "Traceback" not in service.errors
    assert "@example.org" not in service.errors


def test_what_was_answered_and_not_recorded_is_recorded_by_the_next_start(tmp_path: Path):
    with Service(tmp_path / "ledger.db", ACCOUNTS) as service:
        client = Client("only", service.port)
        assert [client._send(postmark(f"m-{number}")) for number in range(5)] == [200] * 5
        client.close()
        service.stop(signal.SIGKILL)
    with Service(tmp_path / "ledger.db", ACCOUNTS), Ledger.open(tmp_path / "ledger.db") as ledger:
        until(lambda: is_recorded(ledger))
        assert sorted(bounces(ledger).items()) == [(f"m-{number}", 1) for number in range(5)]


@pytest.mark.slow
def test_several_processes_on_one_ledger_record_each_fact_once(tmp_path: Path):
    """They share the file, not the port: the same requests reach both of them at once."""
    path = tmp_path / "ledger.db"
    with Service(path, ACCOUNTS) as one, Service(path, ACCOUNTS) as other:
        senders = [Client("a", one.port), Client("b", other.port)]
        requests = [postmark(f"m-{number}") for number in range(60)]
        threads = [
            threading.Thread(target=lambda client=client: [client._send(request) for request in requests])
            for client in senders
        ]
        for thread in threads:
            thread.start()
        for thread, client in zip(threads, senders, strict=True):
            thread.join(SECONDS)
            client.close()
        assert [client.statuses for client in senders] == [Counter({200: 60})] * 2
        assert one.stop() == other.stop() == 0
        assert one.errors == ""
    with Ledger.open(path) as ledger:
        assert is_recorded(ledger)
        assert sorted(bounces(ledger).values()) == [1] * 60
