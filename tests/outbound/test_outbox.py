"""Who is told what, when, and once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from deliveryledger import Ledger
from deliveryledger.application.directory import NotifyMode, Person
from deliveryledger.application.outbox import Delivered
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.outbound.mailer import SmtpMailer
from tests.application.world import Clock
from tests.outbound.office import ROSA, TOVE, Office, fails
from tests.outbound.smtp_server import Mailbox, text_of, to

NOTHING = Delivered()


def test_the_sender_is_told_of_a_failure_once(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    fails(ledger, clock, 1)
    assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=1)
    assert to(mailbox) == [["rosa@ats.example"]]
    clock.move(days=1)
    assert ledger.outbox.deliver(smtp) == NOTHING


def test_two_mails_to_one_mailbox_are_a_quarter_of_an_hour_apart(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    fails(ledger, clock, 1)
    ledger.outbox.deliver(smtp)
    fails(ledger, clock, 2, 3)
    clock.move(minutes=14, seconds=59)
    assert ledger.outbox.deliver(smtp) == Delivered(held=2)
    clock.move(seconds=1)
    assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=2)
    assert mailbox.mails[1]["Subject"] == "2 messages could not be delivered"


def test_a_mailbox_gets_four_mails_a_day(ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer):
    first = clock()
    for number in range(40):
        fails(ledger, clock, number)
        ledger.outbox.deliver(smtp)
        clock.move(minutes=20)
    assert len(mailbox.taken) == 4
    clock.now = first + timedelta(days=1)
    assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=36)


@pytest.mark.parametrize(
    ("mode", "hours", "held"),
    [(NotifyMode.HOURLY, (8, 59), (9, 0)), (NotifyMode.DAILY, (30, 59), (31, 0))],
)
def test_a_digest_waits_for_its_hour_where_the_receiver_is(
    ledger: Ledger,
    clock: Clock,
    office: Office,
    mailbox: Mailbox,
    smtp: SmtpMailer,
    mode: NotifyMode,
    hours: tuple[int, int],
    held: tuple[int, int],
):
    """It is 08:30 in UTC and 09:30 in Stockholm, where the digest comes at eight."""
    office.senders["rec-3"] = replace(ROSA, notify=mode, tz="Europe/Stockholm")
    midnight = clock().replace(hour=0, minute=0)
    fails(ledger, clock, 1)
    clock.now = midnight + timedelta(hours=hours[0], minutes=hours[1])
    assert ledger.outbox.deliver(smtp) == Delivered(held=1)
    clock.now = midnight + timedelta(hours=held[0], minutes=held[1])
    assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=1)


def test_who_wants_no_mail_gets_none_and_nobody_else_does(
    ledger: Ledger, clock: Clock, office: Office, mailbox: Mailbox, smtp: SmtpMailer
):
    office.senders["rec-3"], office.owner = replace(ROSA, notify=NotifyMode.OFF), TOVE
    fails(ledger, clock, 1)
    assert ledger.outbox.deliver(smtp) == NOTHING
    assert not mailbox.taken
    assert ledger.bell("rec-3").unread == 1


@pytest.mark.parametrize(
    "sender", [None, Person(None, "Rosa"), Person("no address", "Rosa"), Person("r@x.y\r\nBcc: e@f.g")]
)
def test_the_job_owner_is_told_when_the_sender_has_no_address(
    ledger: Ledger, clock: Clock, office: Office, mailbox: Mailbox, smtp: SmtpMailer, sender: Person | None
):
    office.senders["rec-3"], office.owner = sender, TOVE
    fails(ledger, clock, 1)
    assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=1)
    assert to(mailbox) == [["tove@ats.example"]]
    assert mailbox.mails[0]["Subject"] == "Meddelandet till Ada 1 kunde inte levereras"
    assert "eftersom avsändaren inte kan nås" in text_of(mailbox)


def test_what_nobody_can_be_told_is_listed(ledger: Ledger, clock: Clock, office: Office, smtp: SmtpMailer):
    office.senders.clear()
    fails(ledger, clock, 1)
    assert ledger.outbox.deliver(smtp) == Delivered(nobody=1)
    (stuck,) = ledger.outbox.stuck()
    assert (stuck.candidate_id, stuck.why) == ("cand-1", "nobody")
    office.senders["rec-3"] = ROSA
    assert ledger.outbox.deliver(smtp).mails == 1
    assert not ledger.outbox.stuck()


def test_what_was_handled_before_is_not_sent(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    fails(ledger, clock, 1)
    ledger.candidate_emails.correct("cand-1", "ada@example.org", grounds="cv", by="rec-4", resend=["msg-1"])
    fails(ledger, clock, 2)
    item = next(item for item in ledger.bell("rec-3").items if item.candidate_id == "cand-2")
    assert ledger.notifications.handled(item.id, by="rec-4") == 1
    assert ledger.outbox.deliver(smtp) == NOTHING


def test_nobody_is_told_of_what_still_may_arrive(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    fails(ledger, clock, 1, outcome=Outcome.DEFERRED, reason=FailureReason.MAILBOX_FULL)
    fails(ledger, clock, 2, outcome=Outcome.AUTO_REPLIED, reason=None)
    assert ledger.outbox.deliver(smtp) == NOTHING


def test_nothing_is_said_of_who_was_erased(ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer):
    fails(ledger, clock, 1)
    ledger.erase("cand-1", by="dpo")
    assert ledger.outbox.deliver(smtp) == NOTHING


def test_what_is_a_week_old_is_no_news(ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer):
    fails(ledger, clock, 1)
    clock.move(days=7, seconds=1)
    assert ledger.outbox.deliver(smtp) == NOTHING


def test_a_mail_is_about_one_tenant(clock: Clock, office: Office, mailbox: Mailbox, smtp: SmtpMailer):
    with Ledger.open(":memory:", clock=clock, directory=office) as ledger:
        fails(ledger.tenant("acme"), clock, 1)
        fails(ledger.tenant("beta"), clock, 2)
        assert ledger.tenant("acme").outbox.deliver(smtp) == Delivered(mails=1, incidents=1)
        assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=1)
        assert ["Ada 1" in text_of(mailbox, 0), "Ada 2" in text_of(mailbox, 1)] == [True, True]


def test_a_limit_leaves_the_rest_for_the_next_run(
    ledger: Ledger, clock: Clock, office: Office, mailbox: Mailbox, smtp: SmtpMailer
):
    office.senders["rec-4"] = TOVE
    fails(ledger, clock, 1)
    fails(ledger, clock, 2, sender="rec-4")
    assert ledger.outbox.deliver(smtp, limit=1) == Delivered(mails=1, incidents=1, held=1)
    assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=1)
    assert mailbox.connections >= 2
