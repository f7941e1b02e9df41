"""An export holds everything about one candidate, and nothing about anybody else."""

from base64 import b64decode

import pytest

from deliveryledger import Ledger
from deliveryledger.application.exporting import Traces, gather
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome, Quarantined
from deliveryledger.errors import UnknownCandidate
from deliveryledger.testing import ADDRESS, CORRECTED_ADDRESS, claim
from tests.application.world import Clock, about, reading, send, tell
from tests.storage.story import ADDRESSES, POLICIES, TEXTS, Story, Ticking

UNKNOWN = {"reason": FailureReason.MAILBOX_UNKNOWN, "diagnostic": "550 5.1.1 no such user here"}


def bounce(ledger: Ledger, message_id: str = "msg-1", **fields: object) -> None:
    tell(ledger, claim(Outcome.BOUNCED, provider_message_id=f"p-{message_id}", **{**UNKNOWN, **fields}))


def test_a_rich_story_is_exported_whole():
    clock = Ticking()
    with Ledger.open(":memory:", clock=clock, policies=POLICIES) as ledger:
        Story(ledger, clock).tell()
        ada, grace = ledger.export("cand-7"), ledger.export("cand-8")
        history = list(ledger.history())
    assert (ada.name, ada.address) == (TEXTS["name"], ADDRESSES["corrected"])
    assert [a.address for a in ada.addresses] == [ADDRESSES["typed"], ADDRESSES["corrected"]]
    assert (ada.addresses[0].on_filter, ada.addresses[1].on_filter) == (("hard_bounce",), ())
    assert (ada.addresses[1].grounds, ada.addresses[1].evidence) == ("typo", TEXTS["evidence"])
    (found,) = ada.cv_findings
    assert (found.address, found.document, found.page) == (ADDRESSES["cv"], TEXTS["document"], 1)
    assert [m.id for m in ada.messages][:2] == ["msg-ada-1", "msg-ada-2"]
    bounced = next(e for e in ada.messages[0].history if e.event == "MessageBounced")
    assert bounced.details["diagnostic"] == TEXTS["diagnostic"]
    assert grace.recipient_filter[0].address == ADDRESSES["grace"]
    said = [e.details.get("note") or e.details.get("evidence") for e in grace.recipient_filter[0].history]
    assert {TEXTS["evidence"], TEXTS["note"], TEXTS["consent"]} <= set(said)
    assert {i.sender_id for i in grace.incidents} == {"rec-3"}
    # Each event of the tenant is about one of the two, or about an address that is nobody's.
    strangers = {e.event_id for e in history if ADDRESSES["suppressed"] == getattr(e.event, "address", "")}
    exported = [e.event_id for export in (ada, grace) for e in export.events]
    assert len(exported) == len(set(exported))
    # What is known of a domain is about nobody.
    domains = {e.event_id for e in history if e.name.category == "outage"}
    assert set(exported) == {e.event_id for e in history} - strangers - domains


def test_every_part_of_it_is_among_the_events(ledger: Ledger):
    send(ledger, "cand-7", "msg-1")
    bounce(ledger)
    export = ledger.export("cand-7")
    parts = (*export.messages, *export.recipient_filter, *export.incidents)
    listed = {e.event_id for part in parts for e in part.history} | {a.event_id for a in export.addresses}
    assert listed == {e.event_id for e in export.events}
    positions = [e.position for e in export.events]
    assert positions == sorted(positions)
    assert export.as_of_position == ledger.status().last_position == positions[-1]


def test_nobody_elses_facts_are_in_it(ledger: Ledger):
    ledger.candidate_emails.register("cand-8", "grace@navy.example", name="Grace", by="rec-4")
    ledger.tenant("acme").candidate_emails.register("cand-7", ADDRESS, name="Ada of Acme", by="rec-9")
    send(ledger, "cand-7", "msg-1")
    ledger.messages.register("cand-8", sender="rec-4", subject="To Grace", message_id="msg-2")
    text = ledger.export("cand-7").model_dump_json()
    assert not [word for word in ("cand-8", "grace", "Grace", "Acme", "rec-9", "msg-2") if word in text]
    assert ledger.tenant("acme").export("cand-7").name == "Ada of Acme"


def test_of_a_shared_address_only_ones_own_part_is_told(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    bounce(ledger)
    ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="Ada said so on the phone")
    clock.move(hours=1)
    ledger.candidate_emails.register("cand-8", ADDRESS, name="Her flat mate", by="rec-4")
    ledger.suppression_filters.record_consent(ADDRESS, kind="recipient", evidence="a mail", by="sup-1")
    first, second = ledger.export("cand-7"), ledger.export("cand-8")
    assert [e.event for e in second.recipient_filter[0].history] == ["RecipientConsentRecorded"]
    # That it is refused, and since when, concerns whoever has the address now.
    assert second.addresses[0].on_filter == ("hard_bounce",)
    assert "phone" not in second.model_dump_json()
    assert [e.event for e in first.recipient_filter[0].history] == [
        "AddressSuppressed",
        "RemovalRequested",
        "RecipientConsentRecorded",
    ]


def test_what_stood_on_the_filter_before_is_told_to_the_only_one_who_has_the_address(ledger: Ledger):
    ledger.suppression_filters.suppress(CORRECTED_ADDRESS, by="sup-1")
    ledger.candidate_emails.register("cand-8", CORRECTED_ADDRESS, by="rec-4")
    (entry,) = ledger.export("cand-8").recipient_filter
    assert [e.event for e in entry.history] == ["AddressSuppressed"]


def test_a_dismissed_suggestion_is_no_address_of_theirs(ledger: Ledger):
    ledger.suppression_filters.suppress("somebody@else.example", by="sup-1")
    ledger.candidate_emails.dismiss_suggestion("cand-7", "somebody@else.example", by="rec-3")
    assert ledger.export("cand-7").recipient_filter == ()


def test_reports_that_wait_are_told_where_they_can_only_be_about_this_candidate(ledger: Ledger):
    tell(ledger, claim(Outcome.BOUNCED, provider_message_id="unknown", **UNKNOWN))
    tell(ledger, claim(Outcome.BOUNCED, provider_message_id="other", recipient="x@else.example"))
    (waiting,) = ledger.export("cand-7").unmatched_reports
    assert waiting.report["recipient"] == ADDRESS
    assert waiting.report["diagnostic"] == UNKNOWN["diagnostic"]
    ledger.tenant("acme").candidate_emails.register("cand-1", ADDRESS, by="rec-9")
    assert ledger.export("cand-7").unmatched_reports == ()
    own = claim(Outcome.DELIVERED, provider_message_id="unknown too")
    ledger.record(reading(own), tenant="default")
    assert len(ledger.export("cand-7").unmatched_reports) == 1


def test_raw_reports_are_text_where_they_are_text(ledger: Ledger):
    send(ledger, "cand-7", "msg-1")
    bounce(ledger, raw='{"Details": "användaren finns inte"}'.encode())
    tell(ledger, about("msg-1", Outcome.COMPLAINED, ledger._services.clock(), raw=b"\xff\xfe\x00"))
    text, binary = ledger.export("cand-7").raw_reports
    assert (text.message_id, text.text, text.base64) == (
        "msg-1",
        '{"Details": "användaren finns inte"}',
        None,
    )
    assert binary.text is None
    assert b64decode(binary.base64 or "") == b"\xff\xfe\x00"


def test_after_an_erasure_it_is_empty_and_says_so(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    bounce(ledger, raw=b"raw words")
    at = clock.move(days=1)
    ledger.erase("cand-7", by="dpo")
    clock.move(days=1)
    export = ledger.export("cand-7", lang="sv", tz="Europe/Stockholm")
    assert export.is_empty
    assert (export.erased_at, export.erased_by) == (at, "dpo")
    assert "raderades söndag 15 november 2026 kl. 09:30:00 CET efter beslut av dpo" in (export.notice or "")
    held = export.model_dump(
        exclude={"lang", "tz", "tenant", "candidate_id", "exported_at", "as_of_position"}
    )
    told = {name for name, value in held.items() if value}
    assert told == {"is_empty", "erased_at", "erased_by", "notice"}
    assert "This export" not in ledger.export("cand-7").html()
    assert "The export is therefore empty." in ledger.export("cand-7").html()


def test_who_applies_again_starts_clean(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    tell(ledger, about("msg-1", Outcome.COMPLAINED, clock.now))
    ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="an old phone call")
    clock.move(days=1)
    ledger.erase("cand-7", by="dpo")
    clock.move(days=1)
    ledger.candidate_emails.register("cand-7", ADDRESS, name="Ada King", by="rec-5")
    ledger.messages.register("cand-7", sender="rec-3", subject="Anew", message_id="msg-2")
    bounce(ledger, diagnostic="late words about the old message")
    export = ledger.export("cand-7")
    assert (export.is_empty, export.name, export.erased_by) == (False, "Ada King", "dpo")
    assert "has been added since" in (export.notice or "")
    assert [m.id for m in export.messages] == ["msg-2"]
    # The address stays refused: that is what its key was kept for.
    assert export.addresses[0].on_filter == ("complaint", "hard_bounce")
    text = export.model_dump_json()
    assert not [
        word for word in ("Lovelace", "msg-1", "phone call", "late words", "[erased]") if word in text
    ]


def test_who_was_never_there_is_unknown(ledger: Ledger):
    with pytest.raises(UnknownCandidate):
        ledger.export("cand-8")
    with pytest.raises(UnknownCandidate):
        ledger.export("cand-7", tenant="acme")


def test_what_is_recorded_meanwhile_is_left_out_whole(ledger: Ledger):
    send(ledger, "cand-7", "msg-1")

    def find(tenant: str, candidate_id: str) -> Traces:
        traces = ledger._traces(tenant, candidate_id)
        bounce(ledger)
        return traces

    before = ledger.status().last_position
    gathered = gather(ledger._services, find, "cand-7", tenant=None, lang="en", tz="UTC")
    assert gathered.position == before
    assert [type(e.event).__name__ for e in gathered.messages] == ["MessageRegistered", "MessageSubmitted"]
    assert gathered.filter_entries == gathered.standings == ()


def test_an_erasure_meanwhile_is_noticed(ledger: Ledger):
    send(ledger, "cand-7", "msg-1")
    asked = []

    def find(tenant: str, candidate_id: str) -> Traces:
        asked.append(ledger._traces(tenant, candidate_id))
        if len(asked) == 1:
            ledger.erase("cand-7", by="dpo")
        return asked[-1]

    gathered = gather(ledger._services, find, "cand-7", tenant=None, lang="en", tz="UTC")
    assert len(asked) == 2
    assert gathered.erasure is not None
    assert gathered.candidate == gathered.messages == ()


def test_an_unreadable_part_is_nobodys(ledger: Ledger):
    ledger.record(reading(quarantined=(Quarantined(why="not readable", raw=ADDRESS.encode()),)))
    assert ledger.export("cand-7").unmatched_reports == ()
