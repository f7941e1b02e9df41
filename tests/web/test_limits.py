"""Who sends too much, too slowly or too many headers is told so, and holds up nobody."""

import socket
import time
from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from deliveryledger.web import Receiver, bodies
from tests.inbound.requests import with_password
from tests.web.servers import raw, send, served

PATH = "/webhooks/postmark/main"
CREDENTIALS = with_password(b"").headers["authorization"].encode()
HEAD = (
    b"POST /webhooks/postmark/main HTTP/1.1\r\nHost: ats.example\r\nAuthorization: " + CREDENTIALS + b"\r\n"
)


@pytest.fixture
def port(ledger: Ledger, receiver: Receiver) -> Iterator[int]:
    with served(ledger, receiver, max_body=1_000, body_seconds=0.3) as port:
        yield port


def status(received: bytes) -> int:
    return int(received.split(b" ", 2)[1])


def test_a_body_at_the_limit_is_taken(port: int):
    assert send(port, PATH, b"x" * 1_000, with_password(b"").headers).status == 200


def test_a_body_that_says_it_is_too_long_is_answered_with_413_before_it_comes(port: int):
    received = raw(port, HEAD + b"Content-Length: 1001\r\n\r\n")
    assert status(received) == 413
    assert b"connection: close" in received.lower()


@pytest.mark.parametrize("length", [b"1" * 30, b"-1", b"1.5", b"\xb2", b"1, 2", b""])
def test_a_length_that_is_none_is_never_an_error_of_ours(port: int, length: bytes):
    assert 400 <= status(raw(port, HEAD + b"Content-Length: " + length + b"\r\n\r\n")) < 500


def test_a_body_in_chunks_is_answered_with_413_as_soon_as_it_is_too_long(port: int):
    chunk = b"190\r\n" + b"x" * 400 + b"\r\n"
    assert status(raw(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunk, chunk, chunk)) == 413


def test_a_body_in_chunks_is_taken(port: int, ledger: Ledger):
    chunks = (b"x" * 400 for _ in range(2))
    answered = send(port, PATH, chunks, with_password(b"").headers)
    assert answered.status == 200


def test_a_body_that_does_not_come_is_answered_with_408(port: int):
    assert status(raw(port, HEAD + b"Content-Length: 100\r\n\r\n", b"x" * 50)) == 408


def test_a_body_that_drips_is_answered_with_408(port: int):
    begin = time.monotonic()
    answered = raw(port, HEAD + b"Content-Length: 100\r\n\r\n", *[b"x"] * 100, pause=0.05)
    assert answered == b"" or status(answered) == 408  # it hangs up while the rest is still being sent
    assert time.monotonic() - begin < 4  # and not after all of it


def test_too_many_headers_are_answered_with_431(port: int):
    for name in (b"X-%d: 1\r\n", b"a%.0d:\r\n"):
        fields = b"".join(name % number for number in range(300))
        assert status(raw(port, HEAD + fields + b"Content-Length: 0\r\nConnection: close\r\n\r\n")) == 431


def test_headers_that_are_too_long_are_refused_by_the_server(port: int):
    received = raw(port, HEAD, *[b"X: " + b"x" * 8_000 + b"\r\n"] * 12)
    assert received == b"" or status(received) in (400, 431)


def test_more_than_fits_into_memory_at_once_is_answered_with_503(
    ledger: Ledger, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bodies, "_MOST_TOGETHER", 1_500)
    with served(ledger, receiver, max_body=1_000, body_seconds=5) as port:
        with socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(HEAD + b"Content-Length: 1000\r\n\r\n" + b"x" * 900)
            time.sleep(0.3)
            assert send(port, PATH, b"x" * 900, with_password(b"").headers).status == 503
        time.sleep(0.3)  # it has hung up
        assert send(port, PATH, b"x" * 900, with_password(b"").headers).status == 200


def test_unfinished_large_bodies_leave_room_for_the_small_ones(
    ledger: Ledger, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bodies, "_MOST_TOGETHER", 1_500)
    monkeypatch.setattr(bodies, "SMALL", 200)
    with (
        served(ledger, receiver, max_body=1_500, body_seconds=5) as port,
        socket.create_connection(("127.0.0.1", port)) as slow,
    ):
        slow.sendall(HEAD + b"Content-Length: 1500\r\n\r\n" + b"x" * 1_400)
        time.sleep(0.3)
        assert send(port, PATH, b"x" * 300, with_password(b"").headers).status == 503
        assert send(port, PATH, b"x" * 200, with_password(b"").headers).status == 200


def test_a_body_that_stops_is_answered_with_408_long_before_its_time_is_up(
    ledger: Ledger, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bodies, "_WINDOW", 0.3)
    begin = time.monotonic()
    with served(ledger, receiver) as port:
        assert status(raw(port, HEAD + b"Content-Length: 9000000\r\n\r\n", b"x" * 8_000_000)) == 408
    assert time.monotonic() - begin < 4


def test_a_body_that_goes_on_coming_is_taken(
    ledger: Ledger, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bodies, "_WINDOW", 0.4)
    last = b"\r\nConnection: close\r\n\r\n"
    with served(ledger, receiver) as port:
        parts = [b"x" * 60_000] * 6
        assert status(raw(port, HEAD + b"Content-Length: 360000" + last, *parts, pause=0.15)) == 200


def test_brevo_is_answered_so_that_it_comes_again(
    ledger: Ledger, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    """It does so after 429 alone."""
    head = HEAD.replace(b"postmark", b"brevo")
    monkeypatch.setattr(bodies, "_MOST_TOGETHER", 500)
    with served(ledger, receiver, max_body=400, body_seconds=0.5) as port:
        assert status(raw(port, head + b"Content-Length: 400\r\n\r\n")) == 429
        with socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(head + b"Content-Length: 400\r\n\r\n" + b"x" * 390)
            time.sleep(0.1)
            assert send(port, "/webhooks/brevo/main", b"x" * 390, with_password(b"").headers).status == 429


def test_a_client_that_hangs_up_is_nobodys_concern(port: int, ledger: Ledger):
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n" + b"x" * 50)
    assert send(port, "/health", method="GET").status == 200
