"""A worker killed at every step: nothing is forgotten; one step alone repeats a mail, which is the same."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.outbox import Delivered
from tests.application.world import Clock
from tests.architecture.source import ROOT
from tests.outbound.office import fails, mailer
from tests.outbound.smtp_server import Mailbox, serving, wait
from tests.outbound.worker import Crowd

LEASE = timedelta(minutes=10)


@contextmanager
def opened(place: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(place, clock=clock, directory=Crowd()) as ledger:
        yield ledger


@pytest.fixture
def place(tmp_path: Path, clock: Clock) -> Path:
    path = tmp_path / "ledger.db"
    with opened(path, clock) as ledger:
        fails(ledger, clock, 1)
    return path


def work(place: Path, port: int, now: datetime) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.outbound.worker", str(place), str(port), now.isoformat()]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)


def gone(worker: "subprocess.Popen[str]") -> None:
    worker.kill()
    worker.communicate(timeout=20)


@pytest.mark.parametrize("step", ["CONNECT", "MAIL", "RCPT", "DATA"])
def test_killed_before_the_server_has_it_it_is_sent_by_the_next(
    place: Path, clock: Clock, mailbox: Mailbox, step: str
):
    workers: list[subprocess.Popen[str]] = []
    reached = threading.Event()

    def kill(stage: str) -> None:
        if stage == step and workers:
            os.kill(workers[0].pid, signal.SIGKILL)
            reached.set()

    with serving(mailbox) as port:
        mailbox.at = kill
        mailbox.answers["DATA"] = ["451 too late"] if step == "DATA" else []
        workers.append(work(place, port, clock()))
        assert reached.wait(20)
        gone(workers.pop())
        mailbox.answers.clear()
        with opened(place, clock) as ledger:
            before = ledger.outbox.deliver(mailer(port))
            assert before == (Delivered(1, 1) if step == "CONNECT" else Delivered())  # else it is leased
            clock.move(minutes=10)
            assert ledger.outbox.deliver(mailer(port)) == (
                Delivered() if step == "CONNECT" else Delivered(1, 1)
            )
            clock.move(days=1)
            assert ledger.outbox.deliver(mailer(port)) == Delivered()
    assert len(mailbox.mails) == 1


def test_killed_between_the_servers_250_and_our_commit_the_same_mail_is_sent_again(
    place: Path, clock: Clock, mailbox: Mailbox
):
    """The worker is stopped before the server answers, so it never learns of the 250."""
    workers: list[subprocess.Popen[str]] = []
    mailbox.at = lambda stage: os.kill(workers[0].pid, signal.SIGSTOP) if stage == "TAKEN" else None
    with serving(mailbox) as port:
        workers.append(work(place, port, clock()))
        wait(lambda: mailbox.mails)
        time.sleep(0.1)
        gone(workers[0])
        mailbox.at = lambda _stage: None
        with opened(place, clock) as ledger:
            clock.move(minutes=10)
            assert ledger.outbox.deliver(mailer(port)) == Delivered(1, 1)
            clock.move(days=1)
            assert ledger.outbox.deliver(mailer(port)) == Delivered()
    assert len(mailbox.ids) == 2
    assert mailbox.raw[0] == mailbox.raw[1]


def test_killed_after_our_commit_nothing_is_sent_again(place: Path, clock: Clock, mailbox: Mailbox):
    workers: list[subprocess.Popen[str]] = []
    reached = threading.Event()

    def kill(stage: str) -> None:
        if stage == "QUIT" and workers:
            os.kill(workers[0].pid, signal.SIGKILL)
            reached.set()

    with serving(mailbox) as port:
        mailbox.at = kill
        workers.append(work(place, port, clock()))
        assert reached.wait(20)
        gone(workers.pop())
        with opened(place, clock) as ledger:
            clock.move(hours=1)
            assert ledger.outbox.deliver(mailer(port)) == Delivered()
    assert len(mailbox.mails) == 1


def test_workers_killed_at_any_moment_forget_nobody(place: Path, clock: Clock, mailbox: Mailbox):
    senders = [f"rec-{number}" for number in range(10, 70)]
    with opened(place, clock) as ledger:
        for number, sender in enumerate(senders, 100):
            fails(ledger, clock, number, sender=sender)
    chance, kills = random.Random(7), 6
    with serving(mailbox) as port:
        for _ in range(kills):
            before = len(mailbox.mails)
            worker = work(place, port, clock())
            wait(
                lambda before=before, worker=worker: len(mailbox.mails) > before or worker.poll() is not None
            )
            time.sleep(chance.random() * 0.15)
            gone(worker)
            clock.move(minutes=10)
        with opened(place, clock) as ledger:
            ledger.outbox.deliver(mailer(port))
            clock.move(days=1)
            assert ledger.outbox.deliver(mailer(port)) == Delivered()
    told = Counter(receivers[0] for _, receivers, _ in mailbox.taken)
    assert told.keys() == {f"{sender}@ats.example" for sender in [*senders, "rec-3"]}
    assert len(set(mailbox.ids)) == len(told), "a mail that is sent again has the same Message-ID"
    assert len(mailbox.ids) - len(told) <= kills


def test_two_workers_at_once_send_each_mail_once(place: Path, clock: Clock, mailbox: Mailbox):
    senders = [f"rec-{number}" for number in range(10, 40)]
    with opened(place, clock) as ledger:
        for number, sender in enumerate(senders, 100):
            fails(ledger, clock, number, sender=sender)
    with serving(mailbox) as port:
        workers = [work(place, port, clock()) for _ in range(3)]
        said = [worker.communicate(timeout=40)[0] for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0, 0], said
    assert sorted(receivers[0] for _, receivers, _ in mailbox.taken) == sorted(
        f"{sender}@ats.example" for sender in [*senders, "rec-3"]
    )
