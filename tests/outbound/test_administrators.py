"""Administrators are told at once of complaints and of our own faults, and of what nobody else learns."""

from dataclasses import replace

import pytest

from deliveryledger import Ledger
from deliveryledger.application.directory import NotifyMode
from deliveryledger.application.outbox import Delivered
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.outbound.mailer import SmtpMailer
from tests.application.world import Clock
from tests.outbound.office import INGRID, ROSA, TOVE, OfficeWithAdministrators, fails
from tests.outbound.smtp_server import Mailbox, text_of, to

NOTHING = Delivered()


@pytest.fixture
def office() -> OfficeWithAdministrators:
    return OfficeWithAdministrators()


def test_they_are_told_of_complaints_at_once_whatever_their_mode(
    ledger: Ledger,
    clock: Clock,
    office: OfficeWithAdministrators,
    mailbox: Mailbox,
    smtp: SmtpMailer,
):
    office.admins = (replace(INGRID, notify=NotifyMode.DAILY), TOVE)
    fails(ledger, clock, 1, outcome=Outcome.COMPLAINED, reason=None)
    assert ledger.outbox.deliver(smtp).mails == 2
    assert sorted(to(mailbox)) == [["ingrid@ats.example", "tove@ats.example"], ["rosa@ats.example"]]
    assert {mail["Subject"] for mail in mailbox.mails} == {"Ada 1 has marked a message as spam"}


def test_they_are_told_of_a_fault_of_ours_once_a_day_with_its_count(
    ledger: Ledger,
    clock: Clock,
    office: OfficeWithAdministrators,
    mailbox: Mailbox,
    smtp: SmtpMailer,
):
    office.senders["rec-3"] = replace(ROSA, notify=NotifyMode.OFF)
    blocked = {"reason": FailureReason.SENDER_BLOCKED}
    fails(ledger, clock, 1, **blocked)
    ledger.outbox.deliver(smtp)
    clock.move(hours=1)
    fails(ledger, clock, *range(2, 30), **blocked)
    assert ledger.outbox.deliver(smtp) == Delivered(held=28)
    fails(ledger, clock, 30, reason=FailureReason.AUTHENTICATION_FAILED)
    assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=1, held=28)
    clock.move(hours=23)
    assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=28)
    assert mailbox.mails[-1]["Subject"] == "28 messages could not be delivered"
    assert "… and 18 more messages." in text_of(mailbox)


def test_they_are_told_beyond_the_daily_cap_but_not_within_a_quarter(
    ledger: Ledger,
    clock: Clock,
    office: OfficeWithAdministrators,
    mailbox: Mailbox,
    smtp: SmtpMailer,
):
    office.senders.clear()
    office.admins = (INGRID,)
    for number in range(6):
        fails(ledger, clock, number, outcome=Outcome.COMPLAINED, reason=None, sender=f"rec-{number + 10}")
        ledger.outbox.deliver(smtp)
        clock.move(minutes=15)
    urgent = [mail for mail in mailbox.mails if "spam" in mail["Subject"]]
    assert len(mailbox.mails) >= 6
    assert urgent


def test_they_are_told_where_sender_and_owner_are_gone(
    ledger: Ledger,
    clock: Clock,
    office: OfficeWithAdministrators,
    mailbox: Mailbox,
    smtp: SmtpMailer,
):
    office.senders.clear()
    fails(ledger, clock, 1)
    ledger.outbox.deliver(smtp)
    assert to(mailbox) == [["ingrid@ats.example"]]


def test_they_are_told_of_a_complaint_that_follows_a_failure(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    fails(ledger, clock, 1, reason=FailureReason.MAILBOX_FULL)
    ledger.outbox.deliver(smtp)
    clock.move(hours=1)
    fails(ledger, clock, 1, outcome=Outcome.COMPLAINED, reason=None)
    assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=1)
    assert to(mailbox)[-1] == ["ingrid@ats.example"]
    clock.move(hours=1)
    fails(ledger, clock, 1, outcome=Outcome.COMPLAINED, reason=None)
    assert ledger.outbox.deliver(smtp) == NOTHING
