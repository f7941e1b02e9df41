"""No personal field of any event is missing from the export: a new one fails here until it is in it."""

from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger import testing as facts
from deliveryledger.application.ports import Changes, NewEvent
from deliveryledger.domain.aggregate import Event
from deliveryledger.domain.candidate_email.events import CvEmailFound
from deliveryledger.domain.intake.events import ReportUnmatched
from deliveryledger.domain.message.events import MessageRegistered
from deliveryledger.domain.suppression_filter.events import RemovalRejected
from deliveryledger.storage.event_types import AGGREGATES, EVENT_TYPES

CV_FOUND = CvEmailFound(
    occurred_at=facts.LATER,
    data_subject="",
    candidate_id=facts.CANDIDATE_ID,
    address="",
    address_key="",
)
REJECTED = RemovalRejected(
    occurred_at=facts.LATER,
    data_subject="",
    scope=facts.TENANT,
    address_key="",
    request_id="1",
    by="sup-2",
    note="",
)
EXAMPLES: dict[str, Event] = {
    type(event).__name__: event
    for event in (
        facts.EMAIL_REGISTERED,
        facts.EMAIL_CHANGED,
        CV_FOUND,
        facts.REGISTERED,
        facts.SUBMITTED,
        facts.REJECTED,
        facts.DEFERRED,
        facts.DELIVERED,
        facts.BOUNCED,
        facts.SUPPRESSED,
        facts.REMOVAL_REQUESTED,
        facts.CONSENTED,
        REJECTED,
        facts.UNMATCHED,
    )
}
NOBODYS = {"ReportQuarantined"}
"""What could not be read: nobody can tell whom it is about."""


def test_every_event_with_personal_fields_is_tried_here():
    personal = {name for name, cls in EVENT_TYPES.items() if cls.personal}
    assert set(EXAMPLES) == personal - NOBODYS


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_personal_field_is_exported(ledger: Ledger, name: str):
    ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
    key = ledger._services.log.digests.address_key(facts.ADDRESS)
    words = {field: f"words of {field}" for field in EXAMPLES[name].personal}
    written = {"report": f'{{"diagnostic": "{words["report"]}"}}'} if name == "ReportUnmatched" else words
    append(ledger, EXAMPLES[name], key, written)
    export = ledger.export("cand-7")
    json, page = export.model_dump_json(), export.html()
    assert {field for field, word in words.items() if word not in json} == set()
    assert {field for field, word in words.items() if word not in page} == set()
    assert export.events[-1].event == name


def append(ledger: Ledger, example: Event, key: str, words: dict[str, str]) -> None:
    """Record the example, about Ada, with these personal fields."""
    with ledger._services.log.transaction() as transaction:
        about: dict[str, Any] = {"data_subject": transaction.issue_subject("candidate"), **words}
        about |= {"address_key": key} if "address_key" in type(example).model_fields else {}
        stream = stream_of(example, key)
        version = len(transaction.load([stream]).get(stream, [])) + 1
        changes = Changes(events=[NewEvent(stream, version, example.model_copy(update=about))])
        if isinstance(example, ReportUnmatched):
            changes.waiting += [("a reference", stream), (key, stream)]
        transaction.append(changes)


def stream_of(example: Event, key: str) -> str:
    category = next(category for category, events in AGGREGATES.items() if type(example) in events)
    if isinstance(example, MessageRegistered):
        return "message-default:msg-2"
    return {
        "candidate_email": "candidate_email-default:cand-7",
        "message": "message-default:msg-1",
        "suppression_filter": f"suppression_filter-default:{key}",
        "intake": "intake-main:report-1",
    }[category]
