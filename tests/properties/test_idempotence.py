"""Repeating any command or report adds nothing: the log stays where it is, and the answer is the same."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.filter_rows import FilterRow
from deliveryledger.application.handing_over import Handed, Outgoing
from deliveryledger.application.letters import Letter
from deliveryledger.application.suppression_lists import ListEntry
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome, Quarantined, Reading
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import CommandRefused
from tests.application.lists import ListInMemory
from tests.properties.worlds import ADA, GRACE, NOW, open_ledger, populate, position

Command = Callable[[Ledger], Any]


def report(message_id: str | None, recipient: str, outcome: Outcome, at: int = 0) -> DeliveryReport:
    return DeliveryReport(
        outcome=outcome,
        provider="postmark",
        occurred_at=NOW + timedelta(minutes=at),
        received_at=NOW,
        recipient=recipient,
        message_id=message_id,
        provider_message_id=None if message_id else "unknown",
        reason=FailureReason.MAILBOX_UNKNOWN,
    )


def reading(*reports: DeliveryReport, **fields: Any) -> Reading:
    return Reading(provider="postmark", received_at=NOW, reports=reports, **fields)


EVERYTHING = reading(
    *(report("msg-1", ADA, outcome) for outcome in Outcome),
    report(None, "nobody@acme.example", Outcome.BOUNCED),
    quarantined=(Quarantined(why="not readable", raw=b"{"),),
)


class NeverAtHome:
    """A mailer to whom nothing may be given: no message of this ledger waits to be sent again."""

    def send(self, message: Outgoing) -> Handed:
        raise AssertionError(message.message_id)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """Grace's message has bounced hard; support has asked for two removals; one report is unmatched."""
    with open_ledger() as ledger:
        populate(ledger)
        ledger.record(reading(report("msg-3", GRACE, Outcome.BOUNCED)))
        ledger.messages.register("cand-2", sender="rec-3", subject="Withheld", message_id="msg-4")
        ledger.suppression_filters.request_removal(GRACE, by="sup-1", evidence="phone")
        ledger.suppression_filters.request_removal(GRACE, by="sup-3", evidence="letter")
        ledger.record(reading(report(None, "nobody@acme.example", Outcome.BOUNCED)))
        yield ledger


def request_id(ledger: Ledger, place: int = 0) -> str:
    return ledger.suppression_filters.requests(GRACE)[place].id


LISTED = [FilterRow(ADA, Cause.COMPLAINT), FilterRow(GRACE, Cause.MANUAL, since=NOW)]


def counted(ledger: Ledger) -> int:
    return ledger.suppression_filters.import_rows(lambda: LISTED, by="sup-1").new


def incidents(ledger: Ledger) -> list[str]:
    return [id_ for item in ledger.bell("rec-3").items for id_ in item.incident_ids]


class Nowhere:
    """Sends to nobody: this ledger knows no sender's address."""

    def open(self) -> None: ...

    def send(self, letter: Letter) -> None: ...

    def close(self) -> None: ...


def listing() -> ListInMemory:
    return ListInMemory("sendgrid", "main", ListEntry(ADA, Cause.COMPLAINT, NOW))


COMMANDS: dict[str, Command] = {
    "candidate_emails.register": lambda led: led.candidate_emails.register(
        "cand-3", "a@b.example", by="rec-3"
    ),
    "candidate_emails.register, malformed": lambda led: led.candidate_emails.register(
        "cand-3", "a@b", by="rec-3"
    ),
    "candidate_emails.correct": lambda led: led.candidate_emails.correct(
        "cand-2", "grace@gmail.com", grounds="cv", by="rec-3", resend=["msg-3", "msg-4"]
    ),
    "candidate_emails.confirm": lambda led: led.candidate_emails.confirm("cand-1", by="rec-3"),
    "candidate_emails.record_cv_address": lambda led: led.candidate_emails.record_cv_address(
        "cand-1", "ada@gmail.com", document="cv.pdf", page=1
    ),
    "candidate_emails.dismiss_suggestion": lambda led: led.candidate_emails.dismiss_suggestion(
        "cand-1", "ada@gmail.com", by="rec-3"
    ),
    "messages.register": lambda led: led.messages.register(
        "cand-1", sender="rec-3", subject="New", message_id="msg-9"
    ),
    "messages.hand_over": lambda led: led.messages.hand_over(NeverAtHome()),
    "messages.register, withheld": lambda led: led.messages.register(
        "cand-2", sender="rec-3", subject="New", message_id="msg-9"
    ),
    "messages.mark_submitted": lambda led: led.messages.mark_submitted(
        "msg-1", provider="sendgrid", provider_message_id="p-9", message_id_header="<h@acme.example>"
    ),
    "messages.resend": lambda led: led.messages.resend("msg-1", by="rec-3"),
    "messages.resend, withheld": lambda led: led.messages.resend("msg-3", by="rec-3"),
    "suppression_filters.suppress": lambda led: led.suppression_filters.suppress(ADA, by="sup-1"),
    "suppression_filters.suppress, for a time": lambda led: led.suppression_filters.suppress(
        ADA, by="sup-1", expires_at=NOW + timedelta(days=1)
    ),
    "suppression_filters.request_removal": lambda led: led.suppression_filters.request_removal(
        GRACE, by="sup-2", evidence="phone"
    ),
    "suppression_filters.request_removal, in another spelling": lambda led: (
        led.suppression_filters.request_removal(GRACE, by=" SUP-1", evidence="phone")
    ),
    "suppression_filters.record_consent": lambda led: led.suppression_filters.record_consent(
        GRACE, kind="recipient", evidence="mail", by="sup-1"
    ),
    "suppression_filters.record_consent, of the sender": lambda led: led.suppression_filters.record_consent(
        GRACE, kind="sender", evidence="mail", by="sup-1"
    ),
    "suppression_filters.reject": lambda led: led.suppression_filters.reject(
        request_id(led), by="sup-2", note="no"
    ),
    "suppression_filters.settle_outages": lambda led: led.suppression_filters.settle_outages(),
    "suppression_filters.import_rows, counted": lambda led: led.suppression_filters.import_rows(
        lambda: LISTED, by="sup-1"
    ),
    "suppression_filters.import_rows, applied": lambda led: led.suppression_filters.import_rows(
        lambda: LISTED, by="sup-1", apply=True, confirm=counted(led)
    ),
    "record": lambda led: led.record(EVERYTHING),
    "record, with a delivery key": lambda led: led.record(EVERYTHING, delivery_key="file-1"),
    "record, with a replay key": lambda led: led.record(EVERYTHING.model_copy(update={"replay_key": "t-1"})),
    "record, nothing": lambda led: led.record(reading()),
    "record_mail": lambda led: led.record_mail(b"Subject: hello\r\n\r\nno report"),
    "intake.retry": lambda led: led.intake.retry(),
    "rebuild": lambda led: led.rebuild(),
    "notifications.read": lambda led: led.notifications.read(incidents(led), by="rec-3"),
    "notifications.handled": lambda led: led.notifications.handled(incidents(led), by="rec-3"),
    "outbox.deliver": lambda led: led.outbox.deliver(Nowhere()),
    "provider_lists.carry_out": lambda led: led.provider_lists.carry_out([listing()]),
    "provider_lists.reconcile": lambda led: led.provider_lists.reconcile(listing()),
    "provider_lists.reconcile, applied": lambda led: led.provider_lists.reconcile(listing(), dry_run=False),
}
# Their answer is what they did, which the second time is nothing.
ANSWERS_WHAT_CHANGED = {
    *(
        "record",
        "candidate_emails.correct",
        "suppression_filters.import_rows",
        "notifications.read",
        "notifications.handled",
        "outbox.deliver",
        "provider_lists.reconcile",
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_second_time_adds_nothing(ledger: Ledger, name: str):
    first = COMMANDS[name](ledger)
    after = position(ledger)
    second = COMMANDS[name](ledger)
    assert position(ledger) == after
    if name.split(",")[0] not in ANSWERS_WHAT_CHANGED:
        assert second == first


@pytest.mark.parametrize(
    "lift",
    [
        lambda led: led.suppression_filters.approve(request_id(led), by="sup-2"),
        lambda led: led.suppression_filters.lift(GRACE, by="sup-1", evidence="phone"),
    ],
    ids=["approve", "lift"],
)
def test_a_lift_answers_what_it_lifted(ledger: Ledger, lift: Command):
    first = lift(ledger)
    after = position(ledger)
    assert (first.causes, first.withheld) == (("hard_bounce",), ("msg-4",))
    assert not lift(ledger)
    assert position(ledger) == after


def test_an_import_is_undone_once(ledger: Ledger):
    filters = ledger.suppression_filters
    report = filters.import_rows(lambda: LISTED, by="sup-1", apply=True, confirm=counted(ledger))
    assert report.batch
    first = filters.undo_import(report.batch, by="sup-1")
    after = position(ledger)
    assert (first.addresses, first.causes) == (2, 2)
    assert not filters.undo_import(report.batch, by="sup-1")
    assert position(ledger) == after


def test_a_repeated_correction_answers_the_same_messages(ledger: Ledger):
    correct = COMMANDS["candidate_emails.correct"]
    first, second = correct(ledger), correct(ledger)
    assert (first.changed, second.changed) == (True, False)
    assert [sent.id for sent in second.resent] == [sent.id for sent in first.resent]


def test_a_repeated_batch_is_all_repeats(ledger: Ledger):
    first, second = ledger.record(EVERYTHING), ledger.record(EVERYTHING)
    assert (first.facts, first.unmatched, first.quarantined) == (len(Outcome) - 2, 0, 1)
    assert (second.facts, second.unmatched, second.quarantined) == (0, 0, 0)
    assert second.repeats == first.facts + first.repeats + first.quarantined


def test_a_report_is_discarded_once(ledger: Ledger):
    (unmatched,) = ledger.intake.unmatched()
    ledger.intake.discard(unmatched.id, by="sup-1", why="not ours")
    after = position(ledger)
    with pytest.raises(CommandRefused, match="no such report is waiting"):
        ledger.intake.discard(unmatched.id, by="sup-1", why="not ours")
    assert ledger.record(reading(report(None, "nobody@acme.example", Outcome.BOUNCED))).repeats == 1
    assert position(ledger) == after


def test_questions_add_nothing(ledger: Ledger):
    before = position(ledger)
    for _ in range(2):
        ledger.candidate_card("cand-1")
        ledger.activity("cand-1")
        ledger.recipient_filter()
        ledger.bell("rec-3")
        ledger.outages()
        ledger.suppression_filters.may_send(GRACE)
        ledger.suppression_filters.requests(GRACE)
        list(ledger.suppression_filters.export())
        for what in (GRACE, "msg-1", GRACE.rpartition("@")[2]):
            ledger.support(what)
        ledger.intake.unmatched()
        ledger.intake.quarantined()
        ledger.outbox.stuck()
        ledger.was_delivered("file-1")
    assert position(ledger) == before
