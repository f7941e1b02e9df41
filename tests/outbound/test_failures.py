"""Servers that do not take a mail: it is tried again later, then by somebody else, and never in silence."""

from datetime import timedelta

import pytest

from deliveryledger import Ledger
from deliveryledger.application.notification_policy import NotificationPolicy
from deliveryledger.application.outbox import Delivered
from deliveryledger.application.policies import Policies
from deliveryledger.domain.incident.events import NotificationFailed, NotificationQueued
from deliveryledger.errors import MailServerRefused, MailServerUnavailable
from deliveryledger.outbound.mailer import SmtpMailer
from tests.application.world import Clock
from tests.outbound.office import INGRID, TOVE, Office, OfficeWithAdministrators, fails, mailer
from tests.outbound.smtp_server import Mailbox, serving

WAITS = NotificationPolicy().retry_after


def test_a_mail_is_tried_ten_times_in_three_days():
    assert len(WAITS) + 1 == 10
    assert timedelta(days=2) < sum(WAITS, timedelta()) < timedelta(days=3)


def test_what_is_not_taken_now_is_tried_again_later_with_the_same_mail(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    seen: list[bytes] = []
    mailbox.answers["DATA"] = ["451 busy", "452 full"]
    fails(ledger, clock, 1)
    for wait in WAITS[:2]:
        assert ledger.outbox.deliver(smtp) == Delivered(failed=1)
        (stuck,) = ledger.outbox.stuck()
        assert (stuck.candidate_id, stuck.why) == ("cand-1", "try_later")
        clock.move(seconds=wait.total_seconds() - 1)
        assert ledger.outbox.deliver(smtp) == Delivered()
        clock.move(seconds=1)
    first = next(e for e in ledger.history() if isinstance(e.event, NotificationQueued))
    assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=1)
    mail = mailbox.mails[0]
    assert mail["Message-ID"] == f"<deliveryledger-notification.{first.event.notification_id}@ats.example>"
    assert mail["Date"].datetime == first.event.occurred_at
    assert not ledger.outbox.stuck()
    assert not seen


@pytest.mark.parametrize(("stage", "answer"), [("RCPT", "550 5.1.1 who"), ("DATA", "554 no")])
def test_after_a_refusal_for_good_the_next_receiver_is_told(
    ledger: Ledger, clock: Clock, office: Office, mailbox: Mailbox, smtp: SmtpMailer, stage: str, answer: str
):
    office.owner = TOVE
    mailbox.answers[stage] = [answer]
    fails(ledger, clock, 1)
    assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=1, failed=1)
    assert [receivers for _, receivers, _ in mailbox.taken] == [["tove@ats.example"]]


def test_when_everybody_was_refused_it_stays_listed(clock: Clock, mailbox: Mailbox, smtp: SmtpMailer):
    office = OfficeWithAdministrators(owner=TOVE)
    with Ledger.open(":memory:", clock=clock, directory=office) as ledger:
        for person in ("rosa", "tove", "ingrid"):
            mailbox.refuse[f"{person}@ats.example"] = "550 5.1.1 no such user"
        fails(ledger, clock, 1)
        assert ledger.outbox.deliver(smtp) == Delivered(failed=3, nobody=1)
        (stuck,) = ledger.outbox.stuck()
        assert (stuck.why, stuck.tries) == ("nobody", 3)
        assert ledger.bell("rec-3").unread == 1
        clock.move(hours=1)
        assert ledger.outbox.deliver(smtp) == Delivered(nobody=1)


def test_ten_failures_are_a_refusal_for_good(
    ledger: Ledger, clock: Clock, office: Office, mailbox: Mailbox, smtp: SmtpMailer
):
    office.owner = TOVE
    mailbox.refuse["rosa@ats.example"] = "450 greylisted"
    fails(ledger, clock, 1)
    for wait in WAITS:
        assert ledger.outbox.deliver(smtp) == Delivered(failed=1)
        clock.move(seconds=wait.total_seconds())
    assert ledger.outbox.deliver(smtp) == Delivered(failed=1, mails=1, incidents=1)
    assert mailbox.taken[0][1] == ["tove@ats.example"]
    failures = [e.event for e in ledger.history() if isinstance(e.event, NotificationFailed)]
    assert [failure.permanent for failure in failures] == [False] * 9 + [True]


def test_back_off_survives_a_restart(
    clock: Clock, office: Office, mailbox: Mailbox, smtp: SmtpMailer, tmp_path
):
    mailbox.answers["DATA"] = ["451 busy"]
    with Ledger.open(tmp_path / "ledger.db", clock=clock, directory=office) as ledger:
        fails(ledger, clock, 1)
        ledger.outbox.deliver(smtp)
    with Ledger.open(tmp_path / "ledger.db", clock=clock, directory=office) as ledger:
        assert ledger.outbox.deliver(smtp) == Delivered()
        clock.move(minutes=1)
        assert ledger.outbox.deliver(smtp).mails == 1


def test_a_server_that_is_not_there_costs_no_try(ledger: Ledger, clock: Clock, mailbox: Mailbox):
    fails(ledger, clock, 1)
    with serving(mailbox) as port:
        gone = mailer(port)
    before = ledger.status().last_position
    with pytest.raises(MailServerUnavailable):
        ledger.outbox.deliver(gone)
    assert ledger.status().last_position == before


def test_a_server_that_hangs_is_left_and_tried_again(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, port: int
):
    fails(ledger, clock, 1)
    mailbox.answers["DATA"] = ["HANG"]

    def hang(stage: str) -> None:
        if stage == "DATA" and mailbox.answers["DATA"]:
            import time

            time.sleep(1.0)

    mailbox.at = hang
    assert ledger.outbox.deliver(mailer(port, timeout=0.3)) == Delivered(failed=1)
    mailbox.answers.clear()
    mailbox.at = lambda _stage: None
    clock.move(minutes=1)
    assert ledger.outbox.deliver(mailer(port)).mails == 1


def test_our_own_sender_refused_is_somebodys_business(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    mailbox.answers["MAIL"] = ["553 rosa@ats.example may not"]
    fails(ledger, clock, 1)
    with pytest.raises(MailServerRefused) as refusal:
        ledger.outbox.deliver(smtp)
    assert "rosa" not in str(refusal.value)
    assert refusal.value.__context__ is None
    clock.move(minutes=1)
    assert ledger.outbox.deliver(smtp).mails == 1


def test_one_of_several_administrators_is_enough(clock: Clock, mailbox: Mailbox, smtp: SmtpMailer):
    office = OfficeWithAdministrators({}, admins=(INGRID, TOVE))
    mailbox.refuse["ingrid@ats.example"] = "550 5.1.1 no such user"
    with Ledger.open(":memory:", clock=clock, directory=office) as ledger:
        fails(ledger, clock, 1)
        assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=1)
        assert mailbox.taken[0][1] == ["tove@ats.example"]


def test_who_moved_to_another_address_is_told_there(
    ledger: Ledger, clock: Clock, office: Office, mailbox: Mailbox, smtp: SmtpMailer
):
    mailbox.answers["DATA"] = ["451 busy"]
    fails(ledger, clock, 1)
    ledger.outbox.deliver(smtp)
    office.senders["rec-3"] = TOVE
    clock.move(minutes=1)
    ledger.outbox.deliver(smtp)
    assert [receivers for _, receivers, _ in mailbox.taken] == [["tove@ats.example"]]


def test_what_was_handled_before_the_next_try_is_left_out_of_it(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    mailbox.answers["DATA"] = ["451 busy"]
    fails(ledger, clock, 1, 2)
    ledger.outbox.deliver(smtp)
    item = next(item for item in ledger.bell("rec-3").items if item.candidate_id == "cand-1")
    ledger.notifications.handled(item.id, by="rec-4")
    clock.move(minutes=1)
    assert ledger.outbox.deliver(smtp) == Delivered(mails=1, incidents=1)
    assert mailbox.mails[0]["Subject"] == "The message to Ada 2 could not be delivered"


def test_a_custom_policy_says_how_often_is_tried(
    clock: Clock, office: Office, mailbox: Mailbox, smtp: SmtpMailer
):
    once = Policies(notifications=NotificationPolicy(retry_after=()))
    mailbox.answers["DATA"] = ["451 busy"]
    with Ledger.open(":memory:", clock=clock, directory=office, policies=once) as ledger:
        fails(ledger, clock, 1)
        assert ledger.outbox.deliver(smtp) == Delivered(failed=1, nobody=1)
