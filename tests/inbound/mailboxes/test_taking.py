"""From an IMAP mailbox into the ledger: every fact once, whatever breaks off in between."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import InvalidIdentifier, LedgerClosed, LedgerLocked, MailboxRefused
from deliveryledger.inbound.mailboxes import ImapMailbox, MailTaker
from tests.inbound.mail.mails import FAILED, arf, dsn
from tests.inbound.mailboxes.dovecot import Dovecot, needed
from tests.inbound.mailboxes.facts import events

BOUNCE = dsn(FAILED).replace(b"\n", b"\r\n")
COMPLAINT = arf("Feedback-Type: abuse\n").replace(b"\n", b"\r\n")
LETTER = b"Subject: Hello\r\n\r\nJust a letter.\r\n"
UNREADABLE = b"Subject: x\r\n" + b"X-Y: z\r\n" * 300 + b"\r\nHello\r\n"

pytestmark = needed


class LateLedger:
    """The real ledger, which breaks off before or after it records."""

    def __init__(self, ledger: Ledger, *, before: Exception | None = None, after: Exception | None = None):
        self._ledger, self._before, self._after = ledger, before, after

    def __getattr__(self, name):
        return getattr(self._ledger, name)

    def record(self, *arguments, **options):
        if self._before:
            raise self._before
        recorded = self._ledger.record(*arguments, **options)
        if self._after:
            raise self._after
        return recorded


def take(ledger: Ledger, dovecot: Dovecot, **options: str) -> MailTaker:
    """As a process of its own would, from the start."""
    taker = MailTaker(ledger)
    with ImapMailbox(dovecot.server(), **options) as mailbox:
        taker.take_from(mailbox)
    return taker


@contextmanager
def following(ledger: Ledger, dovecot: Dovecot, **options: float) -> Iterator[None]:
    """In a thread of its own."""
    stop = threading.Event()
    with ImapMailbox(dovecot.server()) as mailbox:
        thread = threading.Thread(target=MailTaker(ledger).follow, args=(mailbox, stop), kwargs=options)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_reports_are_recorded_and_marked_and_everything_else_is_left(
    ledger: Ledger, dovecot: Dovecot
) -> None:
    dovecot.put(BOUNCE, LETTER, COMPLAINT, UNREADABLE)
    taker = take(ledger, dovecot)
    assert events(ledger) == {"MessageBounced": 1, "ReportQuarantined": 1}
    assert (taker.recording.facts, taker.recording.quarantined, taker.left) == (2, 1, 2)
    assert dovecot.flags() == [{"DeliveryLedger"}, set(), {"DeliveryLedger"}, set()]


def test_reports_are_moved_and_everything_else_stays(ledger: Ledger, dovecot: Dovecot) -> None:
    dovecot.put(BOUNCE, LETTER, UNREADABLE)
    take(ledger, dovecot, move_to="Done")
    assert (len(dovecot.flags()), len(dovecot.flags("Done"))) == (2, 1)


def test_the_next_process_fetches_nothing_again(
    ledger: Ledger, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.put(BOUNCE, LETTER, UNREADABLE)
    take(ledger, dovecot)
    before = events(ledger)
    monkeypatch.setattr(ImapMailbox, "_fetch", lambda *_: pytest.fail("it was fetched again"))
    taker = take(ledger, dovecot)
    assert (events(ledger), taker.left) == (before, 0)


def test_a_kill_between_recording_and_marking_makes_no_second_fact(ledger: Ledger, dovecot: Dovecot) -> None:
    dovecot.put(BOUNCE)
    with ImapMailbox(dovecot.server()) as mailbox, pytest.raises(KeyboardInterrupt):
        MailTaker(LateLedger(ledger, after=KeyboardInterrupt())).take_from(mailbox)
    assert (events(ledger), dovecot.flags()) == ({"MessageBounced": 1}, [set()])
    take(ledger, dovecot)
    assert (events(ledger), dovecot.flags()) == ({"MessageBounced": 1}, [{"DeliveryLedger"}])


def test_a_connection_that_is_lost_before_marking_makes_no_second_fact(
    ledger: Ledger, dovecot: Dovecot
) -> None:
    dovecot.put(BOUNCE)
    interrupted = LateLedger(ledger)

    def record(*arguments, **options):
        dovecot.cut()
        return ledger.record(*arguments, **options)

    interrupted.record = record
    with following(interrupted, dovecot, every=0.1):
        until(lambda: dovecot.flags() == [{"DeliveryLedger"}])
    assert events(ledger) == {"MessageBounced": 1}


def test_a_mailbox_that_was_numbered_anew_makes_no_second_fact(ledger: Ledger, dovecot: Dovecot) -> None:
    dovecot.put(BOUNCE, UNREADABLE)
    take(ledger, dovecot)
    with dovecot.client() as client:
        client.remove_flags(client.search(), ["DeliveryLedger"])
    dovecot.renumber()
    taker = take(ledger, dovecot)
    assert taker.recording.repeats == 2
    assert events(ledger) == {"MessageBounced": 1, "ReportQuarantined": 1}


def test_a_store_that_fails_leaves_the_mail_where_it_is(ledger: Ledger, dovecot: Dovecot) -> None:
    dovecot.put(BOUNCE)
    locked = LedgerLocked("append events", "another process holds the lock", "try again")
    with ImapMailbox(dovecot.server()) as mailbox:
        with pytest.raises(LedgerLocked):
            MailTaker(LateLedger(ledger, before=locked)).take_from(mailbox)
        assert dovecot.flags() == [set()]
        MailTaker(ledger).take_from(mailbox)
    assert events(ledger) == {"MessageBounced": 1}


def test_a_mail_that_the_server_cannot_give_does_not_hold_up_the_others(
    ledger: Ledger, dovecot: Dovecot
) -> None:
    dovecot.put(LETTER, BOUNCE)
    min((dovecot.folder / "mail" / dovecot.user).glob("*/[0-9]*")).chmod(0)
    with following(ledger, dovecot, every=0.1):
        until(lambda: {"DeliveryLedger"} in dovecot.flags())
    assert events(ledger) == {"MessageBounced": 1}


def test_what_resists_alone_is_kept_as_unreadable_and_does_not_hold_up_the_others(
    ledger: Ledger, dovecot: Dovecot
) -> None:
    class Resisting(LateLedger):
        def record(self, reading, **options):
            if reading.reports and reading.source == "dsn":
                raise OverflowError("a date beyond all dates")
            return ledger.record(reading, **options)

    dovecot.put(BOUNCE, COMPLAINT)
    with ImapMailbox(dovecot.server()) as mailbox:
        MailTaker(Resisting(ledger)).take_from(mailbox)
    assert events(ledger)["ReportQuarantined"] == 1
    assert dovecot.flags() == [{"DeliveryLedger"}] * 2
    assert [item.why for item in ledger.intake.quarantined()] == [
        "a mail that could not be recorded (OverflowError)"
    ]


def test_what_comes_while_it_waits_is_recorded(ledger: Ledger, dovecot: Dovecot) -> None:
    with following(ledger, dovecot, idle=True):
        dovecot.put(BOUNCE)
        until(lambda: dovecot.flags() == [{"DeliveryLedger"}])
    assert events(ledger) == {"MessageBounced": 1}


def test_settings_that_never_worked_are_told_at_once(ledger: Ledger, dovecot: Dovecot) -> None:
    with pytest.raises(MailboxRefused):
        MailTaker(ledger).follow(ImapMailbox(dovecot.server(secret="wrong")), threading.Event())


def test_a_ledger_that_was_closed_ends_it(ledger: Ledger, dovecot: Dovecot) -> None:
    dovecot.put(BOUNCE)
    ledger.close()
    with ImapMailbox(dovecot.server()) as mailbox, pytest.raises(LedgerClosed):
        MailTaker(ledger).follow(mailbox, threading.Event())


def test_an_account_that_is_no_name_is_refused(ledger: Ledger) -> None:
    with pytest.raises(InvalidIdentifier):
        MailTaker(ledger, account="jobs@ats.example")
