"""Nobody without credentials holds up the others: silent, in crumbs, without end, or all at once."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from deliveryledger import Ledger
from deliveryledger.web import Receiver, bodies, connections, serving
from tests.inbound.requests import with_password
from tests.web.servers import SECONDS, raw, send, served, until

PATH = "/webhooks/postmark/main"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


def head(endpoint: bytes) -> bytes:
    return b"POST /webhooks/" + endpoint + b" HTTP/1.1\r\nHost: ats.example\r\n"


def status(received: bytes) -> int:
    return int(received.split(b" ", 2)[1])


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=SECONDS)


def is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


@contextmanager
def attacked(attack: Callable[[], None], times: int) -> Iterator[None]:
    """The attack goes on in so many threads as long as the block lasts."""
    is_over = threading.Event()

    def go_on() -> None:
        while not is_over.is_set():
            with suppress(OSError):
                attack()

    threads = [threading.Thread(target=go_on) for _ in range(times)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join(SECONDS)


@pytest.mark.parametrize("endpoint", [b"nobody/knows", b"postmark/main", b"sendgrid/main", b"sendgrid/none"])
def test_a_body_in_chunks_of_a_byte_does_not_stop_the_others(port: int, endpoint: bytes):
    crumbs = b"1\r\nx\r\n" * 4_000

    def attack() -> None:
        with connected(port) as connection:
            connection.sendall(head(endpoint) + CHUNKED)
            for _ in range(100):
                connection.sendall(crumbs)
                time.sleep(0.05)

    worst = 0.0
    with attacked(attack, 2):
        for _ in range(15):
            begin = time.monotonic()
            assert send(port, "/health", method="GET").status == 200
            worst = max(worst, time.monotonic() - begin)
            time.sleep(0.05)
    assert worst < 0.5


def test_a_body_in_crumbs_is_refused(port: int):
    """Where the body has to be read, because it is the body that is signed."""
    assert status(raw(port, head(b"sendgrid/main") + CHUNKED, b"1\r\nx\r\n" * 1_000)) == 400


def test_a_body_in_parts_as_clients_send_them_is_taken(port: int):
    parts = (b"x" * 1_000 for _ in range(900))
    assert send(port, PATH, parts, with_password(b"").headers).status == 200


@pytest.mark.parametrize(("endpoint", "expected"), [(b"nobody/main", 404), (b"postmark/none", 401)])
def test_who_has_no_account_is_answered_before_the_body_came(
    port: int, endpoint: bytes, expected: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bodies, "_DROPPED_IN", 0.2)
    begin = time.monotonic()
    received = raw(port, head(endpoint) + b"Content-Length: 10000\r\n\r\n" + b"x" * 100)
    assert status(received) == expected
    assert b"connection: close" in received.lower()
    assert time.monotonic() - begin < 2
    assert status(raw(port, head(endpoint) + b"Content-Length: 9000000\r\n\r\n" + b"x" * 100)) == expected


@pytest.mark.parametrize("slug", [b"postmark", b"brevo", b"mailjet"])
def test_other_credentials_in_the_headers_are_refused_before_the_body_came(port: int, slug: bytes):
    received = raw(port, head(slug + b"/main") + b"Content-Length: 9000000\r\n\r\n" + b"x" * 100)
    assert status(received) == 401
    assert b"www-authenticate" in received.lower()


def test_who_is_to_present_credentials_can_do_so_over_the_same_connection(port: int):
    """Amazon SNS asks without them first, with a body."""
    first = head(b"postmark/main") + b"Content-Length: 5000\r\n\r\n"
    credentials = b"Authorization: " + with_password(b"").headers["authorization"].encode() + b"\r\n"
    second = head(b"postmark/main") + credentials + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}"
    received = raw(port, first, b"x" * 5_000, second, pause=0.1)
    assert received.count(b"HTTP/1.1 401") == received.count(b"HTTP/1.1 200") == 1


def test_a_connection_on_which_no_request_comes_is_closed(port: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connections, "_HEAD_SECONDS", 0.3)
    begin = time.monotonic()
    assert raw(port) == b""
    assert raw(port, *[b"G"] * 20, pause=0.1) == b""
    answered = raw(port, b"GET /health HTTP/1.1\r\nHost: ats.example\r\n\r\n", *[b"G"] * 20, pause=0.1)
    assert status(answered) == 200  # and then it was too slow with its second request
    endless = b"GET /health HTTP/1.1\r\nHost: ats.example\r\nContent-Length: 900\r\n\r\n"
    assert status(raw(port, endless, *[b"x"] * 20, pause=0.1)) == 200
    assert time.monotonic() - begin < 10


def test_a_request_that_takes_its_time_is_not_cut_off(port: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connections, "_HEAD_SECONDS", 0.2)
    credentials = b"Authorization: " + with_password(b"").headers["authorization"].encode() + b"\r\n"
    rest = credentials + b"Connection: close\r\nContent-Length: 8\r\n\r\n"
    assert status(raw(port, head(b"postmark/main") + rest, *[b"x"] * 8, pause=0.1)) == 200


def test_as_many_silent_connections_as_there_may_be_keep_nobody_out(
    ledger: Ledger, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(serving, "MOST_CONNECTIONS", 20)
    with served(ledger, receiver) as port, ExitStack() as held:
        silent = [held.enter_context(connected(port)) for _ in range(60)]
        for _ in range(10):
            assert send(port, "/health", method="GET").status == 200
        assert send(port, PATH, b"{}", with_password(b"").headers).status == 200
        until(lambda: sum(map(is_open, silent)) < 20)
        assert is_open(silent[-1])  # those that waited longest had to go


def test_ten_thousand_header_fields_cost_next_to_nothing(port: int):
    begin = time.monotonic()
    received = raw(port, head(b"postmark/main") + b"a:\r\n" * 16_000 + b"Content-Length: 0\r\n\r\n")
    assert status(received) == 431
    assert time.monotonic() - begin < 0.5
