"""fetch-mail and receive-mail as services: killed, started again, told to end."""

import json
import random
import smtplib
import stat
import threading
import time
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.cli.exit_codes import ExitCode
from tests.cli.conftest import Cli, cli, counts  # noqa: F401  # one is a fixture
from tests.inbound.mail.mails import ADA, FAILED, RETURNED, dsn
from tests.inbound.mailboxes.dovecot import SECRET, Dovecot, needed
from tests.inbound.mailboxes.facts import events
from tests.inbound.mailboxes.services import ended, fetching, receiver, run, started

BOUNCE = dsn(FAILED).replace(b"\n", b"\r\n")
LETTER = b"Subject: Hello\r\n\r\nJust a letter.\r\n"
KILLS = 2


def bounce(number: int) -> bytes:
    """Of a message of its own, which nobody knows."""
    returned = RETURNED.replace("m-1@", f"n-{number}@").replace("msg-1", f"msg-n-{number}")
    return dsn(FAILED, returned=returned).replace(b"\n", b"\r\n")


def in_ledger(place: Path) -> dict[str, int]:
    with Ledger.open(place) as ledger:
        return events(ledger)


@needed
def test_fetch_mail_takes_what_is_there_and_says_what_became_of_it(
    cli: Cli,  # noqa: F811
    place: Path,
    dovecot: Dovecot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DELIVERYLEDGER_MAIL_PASSWORD", SECRET)
    dovecot.put(BOUNCE, LETTER)
    ran = cli(*fetching(dovecot, "--once", "--move-to", "Done"), "--json")
    assert (ran.code, ran.err) == (0, "")
    assert counts(ran) == {"facts": 1, "ignored": 1, "left": 1}
    assert len(dovecot.flags("Done")) == 1
    assert in_ledger(place) == {"MessageBounced": 1}


@needed
def test_fetch_mail_waits_for_mail_until_it_is_told_to_end(place: Path, dovecot: Dovecot) -> None:
    with started(place, *fetching(dovecot, "--idle", "--flag", r"\Seen")) as process:
        dovecot.put(BOUNCE)
        deadline = time.monotonic() + 15
        while dovecot.flags() != [{r"\Seen"}]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        code, out, err = ended(process)
    assert (code, json.loads(out)["facts"], err) == (0, 1, "")


@needed
def test_fetch_mail_that_is_killed_again_and_again_records_every_fact_once(
    place: Path, dovecot: Dovecot
) -> None:
    dovecot.put(BOUNCE, *map(bounce, range(15)))
    chance = random.Random(7)
    for _ in range(KILLS):
        with started(place, *fetching(dovecot, "--every", "1")):
            deadline = time.monotonic() + 15
            before = len([flags for flags in dovecot.flags() if flags])
            while len([flags for flags in dovecot.flags() if flags]) < min(16, before + 3):
                assert time.monotonic() < deadline
            time.sleep(chance.random() / 50)
    assert run(place, *fetching(dovecot, "--once")).returncode == 0
    assert in_ledger(place) == {"MessageBounced": 1, "ReportUnmatched": 15}
    assert dovecot.flags() == [{"DeliveryLedger"}] * 16


@needed
def test_fetch_mail_says_what_is_wrong_without_the_password(
    cli: Cli,  # noqa: F811
    tmp_path: Path,
    dovecot: Dovecot,
) -> None:
    (tmp_path / "password").write_text("hunter2\n")
    ran = cli(*fetching(dovecot, "--once", "--password-file", str(tmp_path / "password")))
    assert ran.code == ExitCode.REFUSED
    assert "log in to the mail server: user, password or token are refused" in ran.err
    assert "hunter2" not in ran.out + ran.err


@pytest.mark.parametrize(
    "more",
    [
        ("--flag", "x", "--move-to", "y"),
        ("--password-file", "p", "--token-command", "t"),
        ("--security", "none"),
        ("--flag", "two words"),
        ("--account", "jobs@ats.example"),
    ],
)
def test_fetch_mail_refuses_what_cannot_be_meant(cli: Cli, more: tuple[str, ...]) -> None:  # noqa: F811
    Path("p").write_text("secret")
    assert cli("fetch-mail", "--host", "localhost", "--user", "ada", "--once", *more).code == ExitCode.USAGE


def test_fetch_mail_needs_a_password(cli: Cli) -> None:  # noqa: F811
    ran = cli("fetch-mail", "--host", "localhost", "--user", "ada", "--once")
    assert (ran.code, "DELIVERYLEDGER_MAIL_PASSWORD is not set" in ran.err) == (ExitCode.USAGE, True)


def test_receive_mail_serves_at_a_socket_and_ends_in_good_order(
    cli: Cli,  # noqa: F811
    place: Path,
    tmp_path: Path,
) -> None:
    path = tmp_path / "lmtp"
    with receiver(place, f"lmtp:{path}") as (process, said):
        assert said == {"protocol": "lmtp", "at": str(path)}
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        assert cli("receive-mail", "--listen", f"lmtp:{path}").code == ExitCode.USAGE  # the place is taken
        with smtplib.LMTP(str(path), timeout=20) as connection:
            assert connection.sendmail("bounces@example.org", [ADA], BOUNCE) == {}
        assert ended(process)[0] == 0
    assert not path.exists()
    assert in_ledger(place) == {"MessageBounced": 1}


class Sender(threading.Thread):
    """Sends mails one after another, each until it is answered with 250, as a mail server does."""

    def __init__(self, path: Path, numbers: range) -> None:
        super().__init__(daemon=True)
        self._path, self._numbers = path, numbers
        self.answered = 0

    def run(self) -> None:
        for number in self._numbers:
            while not self._is_taken(bounce(number)):
                time.sleep(0.01)
            self.answered += 1
            if number % 5 == 0:
                self._is_taken(bounce(number))  # as if the answer had been lost

    def _is_taken(self, content: bytes) -> bool:
        try:
            with smtplib.LMTP(str(self._path), timeout=20) as connection:
                return connection.sendmail("bounces@example.org", [ADA], content) == {}
        except (OSError, smtplib.SMTPException):
            return False


def test_receive_mail_that_is_killed_again_and_again_records_every_fact_once(
    place: Path, tmp_path: Path
) -> None:
    path, chance = tmp_path / "lmtp", random.Random(7)
    senders = [Sender(path, range(first, first + 20)) for first in (0, 100, 200)]
    for sender in senders:
        sender.start()
    for number in range(KILLS + 1):
        with receiver(place, f"lmtp:{path}"):
            if number < KILLS:
                time.sleep(chance.random() / 5)
            else:
                for sender in senders:
                    sender.join(20)
    assert [sender.answered for sender in senders] == [20, 20, 20]
    assert in_ledger(place) == {"ReportUnmatched": 60}


@pytest.mark.parametrize(
    "where", ["", "lmtp", "http:localhost:80", "lmtp:path", "smtp::25", "smtp:a:b", "smtp:a:70000"]
)
def test_receive_mail_refuses_a_place_that_is_none(cli: Cli, where: str) -> None:  # noqa: F811
    assert cli("receive-mail", "--listen", where).code == ExitCode.USAGE


def test_receive_mail_does_not_take_the_place_of_a_file(cli: Cli, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "notes").write_text("of mine")
    assert cli("receive-mail", "--listen", f"lmtp:{tmp_path}/notes").code == ExitCode.USAGE
    assert (tmp_path / "notes").read_text() == "of mine"


def test_without_the_extra_it_is_said_what_to_install(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    for module in ("imapclient", "aiosmtpd", "aiosmtpd.lmtp"):
        monkeypatch.setitem(__import__("sys").modules, module, None)
    for module in ("imap", "imap_session", "lmtp", "smtp_session"):
        monkeypatch.delitem(
            __import__("sys").modules, f"deliveryledger.inbound.mailboxes.{module}", raising=False
        )
    for arguments in (("fetch-mail", "--host", "h", "--user", "u"), ("receive-mail", "--listen", "lmtp:./x")):
        ran = cli(*arguments)
        assert (ran.code, "pip install 'deliveryledger[mail]'" in ran.err) == (ExitCode.USAGE, True)
    assert not any(Path().iterdir())
