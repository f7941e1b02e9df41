"""Any commands and reports in any order, against a model that is a few dictionaries."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading
from deliveryledger.errors import AddressIsSuppressed, LiftRefused
from tests.properties.worlds import LAWFUL, NOW, open_ledger, position, tables

NO_ADDRESS = "not an address"
ADDRESSES = ("ada@gmial.com", "ada@gmail.com", "ada@work.example", NO_ADDRESS)
CANDIDATES = ("cand-1", "cand-2")
RANKS = {"registered": 0, "submitted": 1, "delivered": 3, "hard_bounced": 4, "complained": 5}
STATUS_OF = {
    Outcome.SUBMITTED: "submitted",
    Outcome.DELIVERED: "delivered",
    Outcome.BOUNCED: "hard_bounced",
    Outcome.COMPLAINED: "complained",
}
CAUSE_OF = {Outcome.BOUNCED: "hard_bounce", Outcome.COMPLAINED: "complaint"}


class LedgerMachine(RuleBasedStateMachine):
    """The clock moves a second with every step, so that later is later."""

    @initialize()
    def open(self) -> None:
        self.now: datetime = NOW
        self.ledger = open_ledger(clock=lambda: self.now, policies=LAWFUL)
        self.address: dict[str, str] = {}
        self.messages: dict[str, dict[str, Any]] = {}
        self.causes: dict[str, set[str]] = {address: set() for address in ADDRESSES}
        self.lifted_at: dict[str, datetime] = {}
        self.consented: set[str] = set()

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            before = tables(self.ledger)
            self.ledger.rebuild()
            assert tables(self.ledger) == before
            self.ledger.close()

    def tick(self) -> None:
        self.now += timedelta(seconds=1)

    def is_blocked(self, address: str) -> bool:
        return bool(self.causes[address]) or address == NO_ADDRESS

    def add_message(self, message_id: str, candidate: str, resend_of: str | None = None) -> None:
        address = self.address[candidate]
        self.messages[message_id] = {
            "candidate": candidate,
            "address": address,
            "status": "registered",
            "withheld": self.is_blocked(address),
            "submitted_at": None,
            "resend_of": resend_of,
            "resent_as": None,
        }

    @rule(candidate=st.sampled_from(CANDIDATES), address=st.sampled_from(ADDRESSES))
    def register_candidate(self, candidate: str, address: str) -> None:
        self.tick()
        if candidate not in self.address:
            self.ledger.candidate_emails.register(candidate, address, by="rec-3")
            self.address[candidate] = address

    @precondition(lambda self: self.address)
    @rule(data=st.data(), address=st.sampled_from(ADDRESSES))
    def correct(self, data: st.DataObject, address: str) -> None:
        self.tick()
        candidate = data.draw(st.sampled_from(sorted(self.address)))
        try:
            self.ledger.candidate_emails.correct(candidate, address, grounds="cv", by="rec-3")
        except AddressIsSuppressed:
            assert self.causes[address]
            assert self.address[candidate] != address
        else:
            # What is no address is taken as typed: nothing is sent to it, on the filter or not.
            assert address in (self.address[candidate], NO_ADDRESS) or not self.causes[address]
            self.address[candidate] = address

    @precondition(lambda self: self.address)
    @rule(data=st.data())
    def register_message(self, data: st.DataObject) -> None:
        self.tick()
        candidate = data.draw(st.sampled_from(sorted(self.address)))
        sent = self.ledger.messages.register(candidate, sender="rec-3", subject="Interview")
        self.add_message(sent.id, candidate)
        assert sent.may_be_sent is not self.messages[sent.id]["withheld"]

    @precondition(lambda self: self.messages)
    @rule(data=st.data())
    def resend(self, data: st.DataObject) -> None:
        self.tick()
        message_id = data.draw(st.sampled_from(sorted(self.messages)))
        original = self.messages[message_id]
        sent = self.ledger.messages.resend(message_id, by="rec-3")
        if original["resent_as"]:
            assert sent.id == original["resent_as"]
        else:
            original["resent_as"] = sent.id
            self.add_message(sent.id, original["candidate"], resend_of=message_id)

    @precondition(lambda self: self.messages)
    @rule(data=st.data())
    def mark_submitted(self, data: st.DataObject) -> None:
        self.tick()
        message_id = data.draw(st.sampled_from(sorted(self.messages)))
        self.ledger.messages.mark_submitted(message_id, provider="postmark", provider_message_id=message_id)
        self.raise_status(self.messages[message_id], Outcome.SUBMITTED)

    @precondition(lambda self: self.messages)
    @rule(data=st.data(), outcome=st.sampled_from([Outcome.DELIVERED, *CAUSE_OF]), repeat=st.booleans())
    def report(self, data: st.DataObject, outcome: Outcome, repeat: bool) -> None:
        self.tick()
        message_id = data.draw(st.sampled_from(sorted(self.messages)))
        message = self.messages[message_id]
        is_known = RANKS[message["status"]] >= RANKS[STATUS_OF[outcome]]
        report = DeliveryReport(
            outcome=outcome,
            provider="postmark",
            occurred_at=self.now,
            received_at=self.now,
            recipient=message["address"],
            message_id=message_id,
            reason=FailureReason.MAILBOX_UNKNOWN if outcome is Outcome.BOUNCED else None,
        )
        reading = Reading(provider="postmark", received_at=self.now, reports=(report,) * (1 + repeat))
        recording = self.ledger.record(reading)
        assert recording.facts + recording.repeats == 1 + repeat
        if not is_known:
            assert recording.facts == 1
        self.suppress_for(message, outcome, already_known=outcome in message.setdefault("known", set()))
        message["known"].add(outcome)
        self.raise_status(message, outcome)

    def suppress_for(self, message: dict[str, Any], outcome: Outcome, *, already_known: bool) -> None:
        """A hard bounce is told once, and after a lift only about messages submitted since."""
        address = message["address"]
        if outcome is Outcome.COMPLAINED:
            self.causes[address].add("complaint")
            self.consented.discard(address)
        elif outcome is Outcome.BOUNCED and not already_known:
            evidence_from = message["submitted_at"] or self.now
            if address not in self.lifted_at or evidence_from > self.lifted_at[address]:
                self.causes[address].add("hard_bounce")

    def raise_status(self, message: dict[str, Any], outcome: Outcome) -> None:
        if outcome is Outcome.SUBMITTED and message["submitted_at"] is None:
            message["submitted_at"] = self.now
        if RANKS[STATUS_OF[outcome]] > RANKS[message["status"]]:
            message["status"] = STATUS_OF[outcome]

    @rule(address=st.sampled_from(ADDRESSES))
    def suppress(self, address: str) -> None:
        self.tick()
        self.ledger.suppression_filters.suppress(address, by="sup-1")
        self.causes[address].add("manual")

    @rule(address=st.sampled_from(ADDRESSES))
    def consent(self, address: str) -> None:
        self.tick()
        self.ledger.suppression_filters.record_consent(address, kind="recipient", evidence="mail", by="sup-1")
        self.consented.add(address)

    @rule(
        address=st.sampled_from(ADDRESSES),
        evidence=st.sampled_from([None, "phone"]),
        approved_by=st.sampled_from([None, "SUP-1 ", "sup-2"]),
    )
    def lift(self, address: str, evidence: str | None, approved_by: str | None) -> None:
        self.tick()
        causes, missing = self.causes[address], []
        if "hard_bounce" in causes and not evidence:
            missing.append("evidence")
        if "complaint" in causes and address not in self.consented:
            missing.append("recipient_consent")
        if "complaint" in causes and approved_by != "sup-2":
            missing.append("second_person")
        try:
            lifted = self.ledger.suppression_filters.lift(
                address, by="sup-1", evidence=evidence, approved_by=approved_by
            )
        except LiftRefused as refusal:
            refused_for = list(refusal.missing)
        else:
            refused_for = []
            assert set(lifted.causes) == (set() if missing else causes)
        assert refused_for == missing
        if causes and not missing:
            self.causes[address] = set()
            self.consented.discard(address)
            self.lifted_at[address] = self.now

    @invariant()
    def the_cards_are_those_of_the_model(self) -> None:
        for candidate, address in getattr(self, "address", {}).items():
            card = self.ledger.candidate_card(candidate)
            assert card.address == address
            assert set(card.on_filter) == self.causes[address]
            expected = {
                id_: (
                    m["address"],
                    m["status"],
                    m["withheld"] and not m["submitted_at"],
                    m["resend_of"],
                    m["resent_as"],
                )
                for id_, m in self.messages.items()
                if m["candidate"] == candidate
            }
            shown = {
                m.id: (m.recipient, str(m.status), m.withheld, m.resend_of, m.resent_as)
                for m in card.messages
            }
            assert shown == expected
            moments = [m.registered_at for m in card.messages]
            assert moments == sorted(moments, reverse=True)

    @invariant()
    def the_filter_is_that_of_the_model(self) -> None:
        for address, causes in getattr(self, "causes", {}).items():
            standing = self.ledger.suppression_filters.may_send(address)
            assert bool(standing) is not self.is_blocked(address)
            if address != NO_ADDRESS:
                assert set(standing.causes) == causes
        if hasattr(self, "ledger"):
            entries = {e.address: set(e.causes) for e in self.ledger.recipient_filter().entries}
            assert entries == {address: causes for address, causes in self.causes.items() if causes}
            before = position(self.ledger)
            assert self.ledger.intake.retry().facts == 0
            assert position(self.ledger) == before


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=80, stateful_step_count=30)
