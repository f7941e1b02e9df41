"""Administrators are told at once of complaints and of our own faults, and of what nobody else learns."""

from dataclasses import replace

import pytest

from deliveryledger import Ledger
from deliveryledger.application.directory import NotifyMode, Person
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
    for number in range(6):
        fails(ledger, clock, number, outcome=Outcome.COMPLAINED, reason=None, sender=f"rec-{number + 10}")
        if number:
            assert ledger.outbox.deliver(smtp) == Delivered(held=1)
            clock.move(seconds=1)
        assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=1)
        clock.move(minutes=14, seconds=59)
    assert to(mailbox) == [["ingrid@ats.example"]] * 6
    assert [str(mail["Subject"]) for mail in mailbox.mails] == [
        f"Ada {number} has marked a message as spam" for number in range(6)
    ]


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


# --- one mail about one complaint -------------------------------------------------------------------


def deliver_for_a_day(ledger: Ledger, clock: Clock, smtp: SmtpMailer) -> None:
    for _ in range(26):
        ledger.outbox.deliver(smtp)
        clock.move(hours=1)


def test_in_the_place_of_a_sender_who_is_gone_they_are_told_once(
    ledger: Ledger, clock: Clock, office: OfficeWithAdministrators, mailbox: Mailbox, smtp: SmtpMailer
):
    office.senders.clear()
    fails(ledger, clock, 1, outcome=Outcome.COMPLAINED, reason=None)
    deliver_for_a_day(ledger, clock, smtp)
    assert to(mailbox) == [["ingrid@ats.example"]]
    assert not ledger.outbox.stuck()


@pytest.mark.parametrize("role", ["sender", "owner"])
@pytest.mark.parametrize("admins", [(TOVE, INGRID), (INGRID, TOVE)], ids=["first", "second"])
def test_one_who_sent_it_is_told_as_an_administrator_alone(
    ledger: Ledger,
    clock: Clock,
    office: OfficeWithAdministrators,
    mailbox: Mailbox,
    smtp: SmtpMailer,
    role: str,
    admins: tuple[Person, ...],
):
    office.senders["rec-3"], office.owner = (TOVE, None) if role == "sender" else (None, TOVE)
    office.admins = [replace(each, email=str(each.email).upper()) for each in admins]
    fails(ledger, clock, 1, outcome=Outcome.COMPLAINED, reason=None)
    fails(ledger, clock, 2)
    deliver_for_a_day(ledger, clock, smtp)
    told = sorted([sorted(each.lower() for each in receivers) for receivers in to(mailbox)])
    assert told == [["ingrid@ats.example", "tove@ats.example"], ["tove@ats.example"]]
    assert sorted(["Ada 1" in text_of(mailbox, place) for place in (0, 1)]) == [False, True]
    assert sorted(["Ada 2" in text_of(mailbox, place) for place in (0, 1)]) == [False, True]
    assert not ledger.outbox.stuck()


def test_one_who_sent_it_is_told_as_sender_where_the_administrators_mail_is_refused(
    ledger: Ledger, clock: Clock, office: OfficeWithAdministrators, mailbox: Mailbox, smtp: SmtpMailer
):
    office.senders["rec-3"], office.admins = TOVE, (INGRID, TOVE)
    mailbox.answers["DATA"] = ["554 not to lists"]
    fails(ledger, clock, 1, outcome=Outcome.COMPLAINED, reason=None)
    deliver_for_a_day(ledger, clock, smtp)
    assert to(mailbox) == [["tove@ats.example"]]
    assert [(stuck.channel, stuck.why) for stuck in ledger.outbox.stuck()] == [
        ("email_administrators", "nobody")
    ]


def test_a_complaint_about_what_they_sent_and_were_told_had_failed_is_a_mail_more(
    ledger: Ledger, clock: Clock, office: OfficeWithAdministrators, mailbox: Mailbox, smtp: SmtpMailer
):
    office.senders["rec-3"] = INGRID
    fails(ledger, clock, 1, reason=FailureReason.MAILBOX_FULL)
    ledger.outbox.deliver(smtp)
    fails(ledger, clock, 1, outcome=Outcome.COMPLAINED, reason=None)
    deliver_for_a_day(ledger, clock, smtp)
    assert [str(mail["Subject"]) for mail in mailbox.mails] == [
        "The message to Ada 1 could not be delivered",
        "Ada 1 has marked a message as spam",
    ]


def test_a_complaint_that_overtakes_the_mail_about_a_failure_is_told_once(
    ledger: Ledger, clock: Clock, office: OfficeWithAdministrators, mailbox: Mailbox, smtp: SmtpMailer
):
    office.senders["rec-3"] = INGRID
    fails(ledger, clock, 1, reason=FailureReason.MAILBOX_FULL)
    fails(ledger, clock, 1, outcome=Outcome.COMPLAINED, reason=None)
    deliver_for_a_day(ledger, clock, smtp)
    assert [str(mail["Subject"]) for mail in mailbox.mails] == ["Ada 1 has marked a message as spam"]


def test_a_fault_of_ours_does_not_reach_them_by_another_way_before_the_day_is_over(
    ledger: Ledger, clock: Clock, office: OfficeWithAdministrators, mailbox: Mailbox, smtp: SmtpMailer
):
    office.senders.clear()
    fails(ledger, clock, 1, reason=FailureReason.SENDER_BLOCKED)
    ledger.outbox.deliver(smtp)
    fails(ledger, clock, *range(2, 9), reason=FailureReason.SENDER_BLOCKED)
    clock.move(hours=23)
    assert ledger.outbox.deliver(smtp) == Delivered(held=7)
    clock.move(hours=1)
    assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=7)
    assert to(mailbox) == [["ingrid@ats.example"]] * 2
