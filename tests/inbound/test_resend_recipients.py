"""Whom Resend's events are about, which it does not say of a message to several."""

from typing import Any

import pytest

from deliveryledger.inbound.providers.resend import RESEND
from tests.inbound.requests import ADA, NOW
from tests.inbound.test_resend import reading, report

BOB = "bob@example.org"


@pytest.mark.parametrize("to", [ADA, [ADA], f"Ada Lovelace <{ADA}>", [f'"Lovelace, A." <{ADA}>']])
def test_a_recipient_is_named_in_several_ways(to: Any):
    assert report(to=to).recipient == ADA


def test_of_several_recipients_the_first_is_inferred_and_never_given_up():
    own = {"deliveryledger_message_id": "msg-1", "deliveryledger_tenant": "acme"}
    found = reading(to=[ADA, BOB, "carol@example.org"], tags=own, headers=[{"name": "To", "value": BOB}])
    (first,) = found.reports
    assert (first.recipient, first.attribution, first.outcome) == (ADA, "inferred", "bounced")
    assert (first.reason, first.severity) == ("undetermined", "soft")
    assert len(found.ignored) == 1
    assert BOB.encode() not in (first.raw or b"")
    (again,) = RESEND.reread(first.raw or b"", account="main", received_at=NOW).reports
    assert again.with_raw(None) == first.with_raw(None)
    assert (again.message_id, again.tenant) == ("msg-1", "acme")
    assert reading("email.sent", to=[ADA, BOB]).reports[0].outcome == "submitted"


def test_a_complaint_of_one_of_several_is_ambiguous_and_stays_so():
    (complaint,) = reading("email.complained", to=[ADA, BOB]).reports
    assert complaint.is_ambiguous
    (again,) = RESEND.reread(complaint.raw or b"", account="main", received_at=NOW).reports
    assert again.is_ambiguous
    assert not reading("email.complained", to=[ADA]).reports[0].is_ambiguous
