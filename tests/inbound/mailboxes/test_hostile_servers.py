"""Servers that speak no IMAP, or a strange one: an error of ours, in time, and never their words."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from deliveryledger.errors import MailboxError
from deliveryledger.inbound.mailboxes import ImapMailbox, ImapServer
from deliveryledger.inbound.mailboxes.imap_session import Security

GREETING = b"* PREAUTH ada@example.org is welcome\r\n"
ANSWERS: dict[str, bytes] = {
    "nothing": b"",
    "HTTP": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "bytes": bytes(range(256)) * 8,
    "a bye": b"* BYE ada@example.org is gone\r\n",
    "an endless line": b"* OK " + b"a" * 2_000_000,
    "no numbers": GREETING + b"* 1 EXISTS\r\n%TAG OK [READ-WRITE] done\r\n" * 8,
    "nonsense": GREETING + b"* 1 FETCH ((((\r\n* SEARCH a b\r\n%TAG OK done\r\n" * 8,
    "a literal that breaks off": GREETING + b"* 1 FETCH (BODY[] {1000}\r\nabc",
    "a no": GREETING + b"%TAG NO ada@example.org is not known\r\n" * 8,
}


@contextmanager
def serving(answer: bytes) -> Iterator[int]:
    """Says the same to everybody, with each command's tag; gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as heard:
            head, *others = answer.split(b"%TAG")
            connection.sendall(head)
            for line, other in zip(heard, others, strict=False):
                connection.sendall(line.split()[0] + other)

    thread = threading.Thread(target=lambda: _quietly(serve), daemon=True)
    thread.start()
    with listener:
        yield listener.getsockname()[1]
    thread.join(10)


def _quietly(serve) -> None:
    with suppress(OSError):  # the client has gone
        serve()


@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_a_server_says_it_is_an_error_of_ours(answer: str) -> None:
    with serving(ANSWERS[answer]) as port:
        server = ImapServer(
            "127.0.0.1", "ada", lambda: "hunter2", port=port, security=Security.PLAIN, seconds=1
        )
        with ImapMailbox(server) as mailbox, pytest.raises(MailboxError) as failed:
            list(mailbox.unseen())
    assert "ada" not in str(failed.value)


def test_a_server_that_cannot_protect_the_password_does_not_get_it() -> None:
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"* OK hello\r\n")
            for line in lines:
                heard.append(line)
                connection.sendall(b"* CAPABILITY IMAP4rev1\r\n" + line.split()[0] + b" OK done\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    port = listener.getsockname()[1]
    server = ImapServer("127.0.0.1", "ada", lambda: "hunter2", port=port, security=Security.STARTTLS)
    with pytest.raises(MailboxError, match="cannot do it"):
        list(ImapMailbox(server).unseen())
    thread.join(10)
    listener.close()
    assert heard
    assert b"hunter2" not in b"".join(heard)
