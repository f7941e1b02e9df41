"""The receiver for a bounce domain: what it answers with 250 is on the disk."""

import re
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import LedgerLocked
from deliveryledger.inbound.mailboxes import MailReceiver, MailTaker
from tests.inbound.mail.mails import FAILED, dsn
from tests.inbound.mailboxes.facts import events

RCPT = "b.token@bounces.example.org"
BOUNCE = dsn(FAILED).replace(b"\n", b"\r\n")


@contextmanager
def receiving(take: Callable[[bytes], object], **options) -> Iterator[int]:
    """Gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    with MailReceiver(take, [listener], hostname="mx.example.org", **options):
        yield listener.getsockname()[1]


@contextmanager
def client(port: int, *, lmtp: bool = True) -> Iterator[smtplib.SMTP]:
    with (smtplib.LMTP if lmtp else smtplib.SMTP)("127.0.0.1", port, timeout=20) as connection:
        connection.ehlo_or_helo_if_needed()
        yield connection


def send(connection: smtplib.SMTP, content: bytes, *recipients: str) -> list[int]:
    """The codes for the recipients, or the one for all."""
    assert connection.mail("<>")[0] == 250
    for recipient in recipients or (RCPT,):
        assert connection.rcpt(recipient)[0] == 250
    assert connection.docmd("DATA")[0] == 354
    connection.send(smtplib._quote_periods(content) + b".\r\n")
    is_lmtp = isinstance(connection, smtplib.LMTP)
    return [connection.getreply()[0] for _ in (recipients or (RCPT,) if is_lmtp else (RCPT,))]


@pytest.fixture
def taken() -> list[bytes]:
    return []


@pytest.mark.parametrize("lmtp", [True, False])
def test_a_bounce_becomes_a_fact_before_it_is_answered(ledger: Ledger, lmtp: bool) -> None:
    with receiving(MailTaker(ledger).take, lmtp=lmtp) as port, client(port, lmtp=lmtp) as connection:
        assert send(connection, BOUNCE) == [250]
        assert events(ledger) == {"MessageBounced": 1}
        assert send(connection, BOUNCE) == [250]
    assert events(ledger) == {"MessageBounced": 1}


def test_the_content_arrives_byte_for_byte_below_its_recipient(taken: list[bytes]) -> None:
    content = b"Subject: x\r\nDelivered-To: <grace@example.org>\r\n\r\n.\r\n..\r\n.a\r\n\xff\0 a\nb\rc\r\n"
    with receiving(taken.append) as port, client(port) as connection:
        send(connection, content)
    assert taken == [f"Delivered-To: {RCPT}\r\n".encode() + content]


def test_in_lmtp_each_recipient_has_an_answer_of_its_own(taken: list[bytes]) -> None:
    def take(raw: bytes) -> None:
        if b"Delivered-To: b@" in raw:
            raise LedgerLocked("append events", "another process holds the lock", "try again")
        taken.append(raw)

    with receiving(take) as port, client(port) as connection:
        assert send(connection, BOUNCE, "a@example.org", "b@example.org", "c@example.org") == [250, 451, 250]
    assert len(taken) == 2


def test_in_smtp_one_failure_has_the_mail_sent_again_to_all(taken: list[bytes]) -> None:
    def take(raw: bytes) -> None:
        taken.append(raw)
        if len(taken) == 1:
            raise RuntimeError("a mistake of ours")

    with receiving(take, lmtp=False) as port, client(port, lmtp=False) as connection:
        assert send(connection, BOUNCE, "a@example.org", "b@example.org") == [451]
        assert send(connection, BOUNCE, "a@example.org", "b@example.org") == [250]


def test_what_cannot_be_read_is_kept_and_answered_with_250(ledger: Ledger) -> None:
    with receiving(MailTaker(ledger).take) as port, client(port) as connection:
        assert send(connection, b"X: y\r\n" * 1_000 + b"\r\n") == [250]
        assert send(connection, b"x" * 3_000_000 + b"\r\n") == [250]
        assert send(connection, b"") == [250]
    assert events(ledger) == {"ReportQuarantined": 2}


def test_of_a_mail_above_the_limit_the_beginning_is_kept(taken: list[bytes]) -> None:
    with receiving(taken.append, limit=10_000) as port, client(port) as connection:
        assert send(connection, b"\r\n" * 500_000) == [250]
        assert send(connection, b"x" * 200_000 + b"\r\n.\r\n" + b"y" * 70_000 + b"\r\n") == [250]
    assert [len(raw) for raw in taken] == [10_001, 10_001]


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r"])
def test_nothing_but_a_dot_between_two_line_ends_ends_a_mail(taken: list[bytes], end: bytes) -> None:
    smuggled = b"Subject: x\r\n\r\nx" + end + b"MAIL FROM:<eve@example.org>\r\n"
    with receiving(taken.append) as port, client(port) as connection:
        connection.mail("<>")
        connection.rcpt(RCPT)
        connection.docmd("DATA")
        connection.send(smuggled + b"\r\n.\r\n")
        assert connection.getreply()[0] == 250
        assert connection.noop()[0] == 250
    assert b"eve@" in taken[0]


def test_the_size_is_announced_and_what_announces_more_is_refused(taken: list[bytes]) -> None:
    with receiving(taken.append, most_bytes=1_000) as port, client(port) as connection:
        assert connection.esmtp_features["size"] == "1000"
        assert connection.mail("<>", ["SIZE=1001"])[0] == 552
        assert connection.mail("<>", ["SIZE=1000"])[0] == 250


def test_only_mail_for_our_domains_is_taken_where_they_are_named(taken: list[bytes]) -> None:
    with receiving(taken.append, domains=["Bounces.example.org"]) as port, client(port) as connection:
        connection.mail("<>")
        assert connection.rcpt("ada@example.org")[0] == 550
        assert connection.rcpt("b.token@BOUNCES.example.org")[0] == 250


@pytest.mark.parametrize("address", [b"<a\rDelivered-To: b@example.org>", b"<%s@example.org>" % (b"x" * 400)])
def test_an_address_that_could_be_more_than_one_line_is_refused(taken: list[bytes], address: bytes) -> None:
    with receiving(taken.append) as port, client(port) as connection:
        connection.mail("<>")
        connection.send(b"RCPT TO:" + address + b"\r\n")
        assert connection.getreply()[0] >= 500


def test_international_addresses_are_taken(taken: list[bytes]) -> None:
    with receiving(taken.append) as port, client(port) as connection:
        connection.command_encoding = "utf-8"
        connection.mail("<>", ["SMTPUTF8"])
        assert connection.rcpt("åda@example.org")[0] == 250
        connection.data(b"x")
    assert taken[0].startswith("Delivered-To: åda@example.org\r\n".encode())


def test_a_mail_that_breaks_off_is_none(taken: list[bytes]) -> None:
    with receiving(taken.append) as port:
        with client(port) as connection:
            connection.mail("<>")
            connection.rcpt(RCPT)
            connection.docmd("DATA")
            connection.send(b"Subject: x\r\n\r\nHel")
            connection.close()
        with client(port) as connection:
            assert connection.noop()[0] == 250
    assert taken == []


def test_more_recipients_than_the_limit_are_put_off(taken: list[bytes]) -> None:
    with receiving(taken.append) as port, client(port) as connection:
        connection.mail("<>")
        codes = [connection.rcpt(f"a{number}@example.org")[0] for number in range(101)]
    assert codes == [250] * 100 + [452]


def test_when_all_places_are_taken_who_comes_is_sent_away_until_one_is_free(taken: list[bytes]) -> None:
    with receiving(taken.append, most_connections=1) as port:
        with client(port), pytest.raises(smtplib.SMTPConnectError) as refused:
            client(port).__enter__()
        assert refused.value.smtp_code == 421
        deadline = time.monotonic() + 10
        while True:
            try:
                with client(port) as connection:
                    assert connection.noop()[0] == 250
                    break
            except smtplib.SMTPConnectError:
                assert time.monotonic() < deadline


def test_who_says_nothing_is_sent_away(taken: list[bytes]) -> None:
    with (
        receiving(taken.append, idle_seconds=0.3) as port,
        socket.create_connection(("127.0.0.1", port), 10) as idle,
    ):
        assert idle.recv(100).startswith(b"220 mx.example.org")
        assert idle.recv(100) == b""


def test_at_the_end_what_is_being_recorded_is_recorded_and_answered() -> None:
    begun, codes = threading.Event(), []

    def take(_: bytes) -> None:
        begun.set()
        time.sleep(0.3)

    with receiving(take) as port:
        connection = smtplib.LMTP("127.0.0.1", port, timeout=20)
        sender = threading.Thread(target=lambda: codes.extend(send(connection, BOUNCE)))
        connection.ehlo_or_helo_if_needed()
        sender.start()
        assert begun.wait(10)
    sender.join()
    connection.close()
    assert codes == [250]


def test_a_unix_socket_serves_too(tmp_path: Path, taken: list[bytes]) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "lmtp"))
    listener.listen()
    with (
        MailReceiver(taken.append, [listener]),
        smtplib.LMTP(str(tmp_path / "lmtp"), timeout=20) as connection,
    ):
        connection.ehlo_or_helo_if_needed()
        assert send(connection, BOUNCE) == [250]
    assert len(taken) == 1


def test_no_answer_and_no_log_line_holds_an_address(
    taken: list[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    def take(raw: bytes) -> None:
        raise ValueError(raw.decode())

    caplog.set_level("DEBUG", "deliveryledger")
    with receiving(take) as port, client(port) as connection:
        connection.docmd("ADA@EXAMPLE.ORG")
        connection.mail("<>")
        connection.rcpt(RCPT)
        code, text = connection.data(BOUNCE)
    assert (code, not re.search(rb"@|Interview", text)) == (451, True)
    assert "not recorded: ValueError" in caplog.text
    assert "@" not in caplog.text
