"""What is fetched comes over https, from nowhere else, within limits: here from a server of our own."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deliveryledger.errors import ProofUnavailable
from deliveryledger.inbound.certificates import LIMIT, Absent, fetch_https
from tests.inbound.https_server import Server, content


def status(line: str, *headers: str) -> bytes:
    return "\r\n".join((f"HTTP/1.1 {line}", "Content-Length: 0", *headers, "", "")).encode()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    running.close()


def fetch(server: Server, **options: float) -> bytes:
    limit = int(options.pop("limit", LIMIT))
    return fetch_https(server.url, context=server.trust, limit=limit, **options)


def test_fetches_what_is_there(server: Server):
    assert fetch(server) == b"hi"
    assert server.asked[0].startswith(b"GET /a.pem?x=1 HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "line", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"]
)
def test_no_redirect_is_followed(server: Server, line: str):
    server.answer = content(status(line, f"Location: {server.url}b"))
    with pytest.raises(ProofUnavailable, match=line[:3]):
        fetch(server)
    assert len(server.asked) == 1


@pytest.mark.parametrize("line", ["500 Oh", "503 Later", "429 Slowly", "204 Nothing"])
def test_anything_but_a_success_is_to_be_tried_later(server: Server, line: str):
    server.answer = content(status(line))
    with pytest.raises(ProofUnavailable, match=line[:3]) as caught:
        fetch(server)
    assert not isinstance(caught.value, Absent)


@pytest.mark.parametrize("line", ["400 What", "403 No", "404 Nothing here", "410 Gone"])
def test_what_is_not_there_is_not_tried_again(server: Server, line: str):
    server.answer = content(status(line))
    with pytest.raises(Absent):
        fetch(server)


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 101\r\n\r\n",
        b"Connection: close\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n65\r\n",
    ],
)
def test_what_is_too_long_is_refused(server: Server, head: bytes):
    server.answer = content(b"HTTP/1.1 200 OK\r\n" + head + b"x" * 101 + b"\r\n0\r\n\r\n")
    with pytest.raises(ProofUnavailable, match="more than 100 bytes"):
        fetch(server, limit=100)


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "]
)
def test_a_byte_now_and_then_does_not_hold_us(server: Server, head: bytes):
    def drip(sock: socket.socket) -> None:
        sock.sendall(head)
        while not server.closing.wait(0.05):
            sock.sendall(b"H")

    server.answer = drip
    begin = time.monotonic()
    with pytest.raises(ProofUnavailable, match=r"within 0\.4 s"):
        fetch(server, timeout=0.4)
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", b"HTTP/1.1 abc\r\n\r\n"],
)
def test_a_broken_answer_is_to_be_tried_later(server: Server, answer: bytes):
    server.answer = content(answer)
    with pytest.raises(ProofUnavailable):
        fetch(server)


def test_a_server_of_another_name_is_not_talked_to(server: Server):
    with pytest.raises(ProofUnavailable, match="SSLCertVerificationError"):
        fetch_https(server.url.replace("localhost", "127.0.0.1"), context=server.trust)
    assert server.asked == []


def test_a_server_that_nobody_vouches_for_is_not_talked_to(server: Server):
    with pytest.raises(ProofUnavailable, match="SSLCertVerificationError"):
        fetch_https(server.url)
    assert server.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://localhost/a.pem",
        "file:///etc/passwd",
        "https://",
        "https://a@localhost/",
        "https://localhost:x/",
        "https://[::1/",
        "https://localhost:99999/",
        f"https://{'a' * 70}.example/",
        "https://localhost:9/a b",
    ],
)
def test_what_is_no_https_url_is_not_fetched(url: str):
    with pytest.raises(ProofUnavailable):
        fetch_https(url, timeout=0.5)


def test_a_closed_port_is_to_be_tried_later():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ProofUnavailable, match="failed"):
        fetch_https(f"https://localhost:{port}/")
