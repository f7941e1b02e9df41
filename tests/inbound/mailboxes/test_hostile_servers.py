"""Servers that speak no IMAP, or a strange one: an error of ours, in time, and never their words."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from deliveryledger.errors import InvalidInput, MailboxError, MailboxUnavailable
from deliveryledger.inbound.mailboxes import ImapMailbox, ImapServer
from deliveryledger.inbound.mailboxes.imap_session import Security

GREETING = b"* OK ada@example.org is welcome\r\n"
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


@contextmanager
def mailbox_of(number: int, given: bytes, found: bytes = b"1 1 1") -> Iterator[ImapMailbox]:
    """With so many mails, of which one is found, and listed; and what comes instead of its bytes."""
    selected = b"* %d EXISTS\r\n* OK [PERMANENTFLAGS (\\*)] x\r\n* OK [UIDVALIDITY 7] x\r\n" % number
    searched = [b"* SEARCH " + found + b"\r\n", *[b"* SEARCH\r\n"] * ((number - 1) // 50_000)]
    listed = b'* 1 FETCH (UID 1 RFC822.SIZE 9 INTERNALDATE "01-Jan-2026 00:00:00 +0000")\r\n'
    capable = b"* CAPABILITY IMAP4rev1\r\n"
    answers = {b"CAPABILITY": [capable] * 9, b"SELECT": [selected] * 9, b"SEARCH": searched * 3}
    answers |= {b"SIZE": [listed] * 9, b"BODY": [given] * 9}
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as heard, suppress(OSError):
                connection.sendall(GREETING)
                for line in heard:
                    said = next((answers[word].pop(0) for word in answers if word in line), b"")
                    connection.sendall(said.replace(b"%TAG", line.split()[0]))
                    connection.sendall(b"" if b"%TAG" in said else line.split()[0] + b" OK done\r\n")

    threading.Thread(target=lambda: _quietly(serve), daemon=True).start()
    port = listener.getsockname()[1]
    server = ImapServer("127.0.0.1", "ada", lambda: "x", port=port, security=Security.PLAIN, seconds=2)
    with listener, ImapMailbox(server) as mailbox:
        yield mailbox


@pytest.mark.parametrize(
    "given",
    [
        b"* 1 FETCH (UID 1 BODY[] {99999999}\r\n",
        b"* 1 FETCH (UID 1 BODY[] NIL)\r\n",
        b"* 1 EXPUNGE\r\n",
        b"%TAG NO ada@example.org is damaged\r\n",
    ],
)
def test_a_mail_that_the_server_does_not_give_is_passed_over_the_third_time(given: bytes) -> None:
    with mailbox_of(1, given) as mailbox:
        for _ in range(2):
            (mail,) = mailbox.unseen()
            with pytest.raises(MailboxUnavailable):
                assert mail.raw
        assert list(mailbox.unseen()) == []


def test_a_very_large_mailbox_is_searched_in_spans_whatever_its_numbers() -> None:
    with mailbox_of(120_000, b"", found=b"1") as mailbox:
        assert len(list(mailbox.unseen())) == 1


def test_a_file_that_holds_no_authority_is_a_wrong_setting(tmp_path: Path) -> None:
    nothing = tmp_path / "ca.pem"
    nothing.write_text("nothing")
    server = ImapServer("127.0.0.1", "ada", lambda: "x", port=1, ca_file=nothing)
    with pytest.raises(InvalidInput, match="holds no certificate"):
        list(ImapMailbox(server).unseen())


def test_a_server_that_speaks_no_tls_is_told_from_one_that_is_not_there() -> None:
    with serving(b"* OK hello\r\n") as port:
        server = ImapServer("127.0.0.1", "ada", lambda: "x", port=port, seconds=2)
        with pytest.raises(MailboxUnavailable, match="cannot be protected"):
            list(ImapMailbox(server).unseen())


def test_what_the_client_warns_of_is_not_logged_because_it_quotes_the_server() -> None:
    assert not logging.getLogger("imapclient.util").isEnabledFor(logging.WARNING)
