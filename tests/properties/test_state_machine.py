"""Any commands and reports in any order, against a model that is a few dictionaries."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading
from deliveryledger.errors import AddressIsSuppressed, LiftRefused, UnknownCandidate, UnknownMessage
from tests.properties.model import ADDRESSES, CANDIDATES, CAUSE_OF, NO_ADDRESS, RANKS, STATUS_OF, Model
from tests.properties.worlds import LAWFUL, NOW, open_ledger, position, tables


class LedgerMachine(Model, RuleBasedStateMachine):
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

    @precondition(lambda self: self.address)
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        self.tick()
        candidate = data.draw(st.sampled_from(sorted(self.address)))
        del self.address[candidate]
        assert self.ledger.erase(candidate, by="dpo").erased
        assert self.ledger.candidate_card(candidate).address is None
        for message in self.messages.values():
            if message["candidate"] == candidate:
                message["candidate"] = None  # still reported about, and still somebody's to show as erased

    @precondition(lambda self: self.messages)
    @rule(data=st.data())
    def resend(self, data: st.DataObject) -> None:
        self.tick()
        message_id = data.draw(st.sampled_from(sorted(self.messages)))
        original = self.messages[message_id]
        if original["candidate"] is None:
            with pytest.raises((UnknownCandidate, UnknownMessage)):
                self.ledger.messages.resend(message_id, by="rec-3")
            return
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

    @rule()
    def replace_the_secret_of_the_address_keys(self) -> None:
        self.ledger.keys.rotate_address_secret()  # changes nothing that the model knows of

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
        # The clock moves by seconds: whoever came off once has come off not long ago.
        if address in self.lifted_at and causes - {"manual"}:
            missing.append("administrator")
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
            # Which address an entry is about cannot be read any more once its people were erased.
            entries = [(e.address, set(e.causes)) for e in self.ledger.recipient_filter().entries]
            readable = {address: causes for address, causes in entries if address in ADDRESSES}
            assert readable.items() <= {a: c for a, c in self.causes.items() if c}.items()
            assert sorted(map(sorted, (c for _, c in entries))) == sorted(
                map(sorted, filter(None, self.causes.values()))
            )
            before = position(self.ledger)
            assert self.ledger.intake.retry().facts == 0
            assert position(self.ledger) == before


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=80, stateful_step_count=30)
