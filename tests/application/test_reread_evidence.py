"""Which evidence is read again, and what stays as it was recorded."""

from deliveryledger import Ledger
from deliveryledger.application.recording import Recording
from deliveryledger.domain.failure_reason import FailureReason as R
from deliveryledger.domain.reports import Outcome, Source
from deliveryledger.inbound.mail import read_mail
from deliveryledger.testing import ADDRESS
from tests.application.failures import FULL, UNKNOWN, event, misread, read, sent
from tests.application.world import Clock, shown
from tests.inbound.mail.mails import dsn


def test_what_another_report_says_stays(ledger: Ledger, clock: Clock):
    """A second, rightly hard bounce of the same message, of which no evidence was kept."""
    sent(ledger, "sg-1")
    ledger.record(misread(read(clock.move(minutes=5), event(clock.now, **FULL)), R.MAILBOX_UNKNOWN))
    right = read(clock.move(minutes=1), event(clock.now, **UNKNOWN)).reports[0].with_raw(None)
    ledger.record(read(clock.now).model_copy(update={"reports": (right,)}))
    ledger.reclassify(by="op-1", record=True)
    assert shown(ledger, "m-sg-1").status == "hard_bounced"
    assert ledger.suppression_filters.requests(ADDRESS) == ()


def test_rejected_and_deferred_are_read_again_too(ledger: Ledger, clock: Clock):
    sent(ledger, "sg-1", "sg-2")
    for id_, name, words in (
        ("sg-1", "dropped", {"reason": "Invalid"}),
        ("sg-2", "deferred", {"response": "452 4.2.2 mailbox full"}),
    ):
        reading = read(clock.move(minutes=5), event(clock.now, id_, name, **words))
        ledger.record(misread(reading, R.UNDETERMINED))
    result = ledger.reclassify(by="op-1", record=True)
    assert [(c.after.kind, c.after.severity, c.after.reason) for c in result.changes if c.after] == [
        ("rejected", None, "address_malformed"),
        ("deferred", None, "mailbox_full"),
    ]
    assert shown(ledger, "m-sg-1").reason == "address_malformed"
    assert ledger.reclassify(by="op-1", record=True).changes == ()


def test_a_mail_is_read_again_as_well(ledger: Ledger, clock: Clock):
    raw = dsn(f"Final-Recipient: rfc822; {ADDRESS}\nAction: failed\nStatus: 5.1.1\n"
              "Diagnostic-Code: smtp; 550 5.1.1 user unknown\n",
              returned="Message-ID: <sg-1@ats>\n")  # fmt: skip
    sent(ledger, "sg-1")
    reading = read_mail(raw, received_at=clock.move(minutes=5))
    assert ledger.record(misread(reading, R.UNDETERMINED)) == Recording(facts=1)
    (evidence,) = ledger._services.log.evidence()
    assert (evidence.source, evidence.raw) == (Source.DSN, raw)
    (change,) = ledger.reclassify(by="op-1", record=True).changes
    assert change.after is not None
    assert change.after.reason == "mailbox_unknown"


def test_without_evidence_nothing_is_read_again(ledger: Ledger, clock: Clock):
    sent(ledger, "sg-1")
    reading = misread(read(clock.move(minutes=5), event(clock.now, **UNKNOWN)), R.UNDETERMINED)
    bare = tuple(report.with_raw(None) for report in reading.reports)
    ledger.record(reading.model_copy(update={"reports": bare}))
    assert ledger.reclassify(by="op-1").read == 0


def test_what_the_present_rules_do_not_read_stays_as_it_is(ledger: Ledger, clock: Clock):
    sent(ledger, "sg-1")
    (report,) = misread(read(clock.move(minutes=5), event(clock.now, **FULL)), R.MAILBOX_UNKNOWN).reports
    odd = (report.with_raw(b"{"), report._replace(provider="gone", raw=b"{}", provider_message_id=None))
    ledger.record(read(clock.now).model_copy(update={"reports": odd[:1]}))
    result = ledger.reclassify(by="op-1", record=True)
    assert (result.read, result.unreadable, result.changes) == (1, 1, ())
    delivered = read(clock.now, event(clock.now, name="delivered")).reports[0]
    assert delivered.outcome is Outcome.DELIVERED
    ledger.record(read(clock.now).model_copy(update={"reports": (report.with_raw(delivered.raw),)}))
    assert ledger.reclassify(by="op-1", record=True).changes == ()


def test_the_rules_of_today_change_nothing(ledger: Ledger, clock: Clock):
    sent(ledger, "sg-1", "sg-2", "sg-3", "sg-4")
    for id_, words in (("sg-1", UNKNOWN), ("sg-2", FULL), ("sg-2", {"reason": "451 4.3.0 later"})):
        ledger.record(read(clock.move(minutes=5), event(clock.now, id_, **words)))
    ledger.record(
        read(clock.move(minutes=5), event(clock.now, "sg-3", "deferred", response="421 4.7.0 wait"))
    )
    ledger.record(read(clock.move(minutes=5), event(clock.now, "sg-4", "dropped", reason="Invalid")))
    result = ledger.reclassify(by="op-1", record=True)
    assert (result.changes, result.read, result.messages) == ((), 5, 4)
