"""The same address, candidate, message and provider's id in two tenants: apart in everything."""

from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading
from deliveryledger.errors import UnknownCandidate, UnknownMessage, UnknownRemovalRequest
from tests.properties.worlds import ADA, NOW, open_ledger

ONE, OTHER = "acme", "globex"


def report(tenant: str | None, outcome: Outcome = Outcome.BOUNCED, reference: str = "p-1") -> DeliveryReport:
    return DeliveryReport(
        outcome=outcome,
        provider="postmark",
        account="main",
        occurred_at=NOW,
        received_at=NOW,
        recipient=ADA,
        reason=FailureReason.MAILBOX_UNKNOWN,
        message_id="msg-1" if tenant else None,
        tenant=tenant,
        provider_message_id=reference,
    )


def reading(*reports: DeliveryReport) -> Reading:
    return Reading(provider="postmark", received_at=NOW, reports=reports)


def populate(ledger: Ledger, reference: str) -> None:
    ledger.candidate_emails.register("cand-1", ADA, by="rec-3", name="Ada")
    ledger.messages.register("cand-1", sender="rec-3", subject="Interview", message_id="msg-1")
    ledger.messages.mark_submitted("msg-1", provider="postmark", provider_message_id=reference)


@pytest.fixture
def both() -> Iterator[Ledger]:
    with open_ledger() as ledger:
        populate(ledger.tenant(ONE), "p-1")
        populate(ledger.tenant(OTHER), "p-2")
        yield ledger


def everything(ledger: Ledger) -> list[object]:
    return [
        ledger.candidate_card("cand-1").model_dump(),
        ledger.activity("cand-1").model_dump(),
        ledger.recipient_filter().model_dump(),
        ledger.bell("rec-3").model_dump(),
        ledger.suppression_filters.may_send(ADA),
        ledger.suppression_filters.requests(ADA),
    ]


@pytest.mark.parametrize("how", ["our own id", "the provider's id", "bound ledger"])
def test_a_report_takes_the_tenant_of_its_message(both: Ledger, how: str):
    before = everything(both.tenant(OTHER))
    target = both.tenant(ONE) if how == "bound ledger" else both
    recording = target.record(reading(report(ONE if how == "our own id" else None)))
    assert recording.facts == 1
    assert everything(both.tenant(OTHER)) == before
    assert not both.suppression_filters.may_send(ADA, tenant=ONE)
    assert both.suppression_filters.may_send(ADA)


def test_a_bound_ledger_uses_no_report_about_another_tenants_message(both: Ledger):
    recording = both.tenant(OTHER).record(reading(report(None)))
    assert (recording.facts, recording.unmatched) == (0, 1)
    assert both.tenant(ONE).candidate_card("cand-1").messages[0].status == "submitted"


def test_no_command_of_one_tenant_shows_in_the_other(both: Ledger):
    both.record(reading(report(ONE)))
    before = everything(both.tenant(OTHER))
    acme = both.tenant(ONE)
    request = acme.suppression_filters.request_removal(ADA, by="sup-1", evidence="phone")
    acme.suppression_filters.record_consent(ADA, kind="recipient", evidence="mail", by="sup-1")
    acme.suppression_filters.suppress(ADA, by="sup-1")
    acme.candidate_emails.confirm("cand-1", by="rec-3")
    acme.candidate_emails.record_cv_address("cand-1", "ada@gmail.com")
    acme.candidate_emails.dismiss_suggestion("cand-1", "ada@gmail.com", by="rec-3")
    acme.messages.register("cand-1", sender="rec-3", subject="Withheld", message_id="msg-2")
    acme.suppression_filters.reject(request.id, by="sup-2", note="no")
    acme.suppression_filters.lift(ADA, by="sup-1", evidence="phone")
    acme.candidate_emails.correct("cand-1", "ada@gmail.com", grounds="cv", by="rec-3", resend=["msg-1"])
    assert everything(both.tenant(OTHER)) == before


def test_what_one_tenant_has_the_other_does_not_know(both: Ledger):
    both.record(reading(report(ONE)))
    request = both.suppression_filters.request_removal(ADA, by="sup-1", evidence="phone", tenant=ONE)
    both.candidate_emails.register("cand-2", "grace@navy.example", by="rec-3", tenant=ONE)
    globex = both.tenant(OTHER)
    with pytest.raises(UnknownCandidate):
        globex.candidate_card("cand-2")
    with pytest.raises(UnknownCandidate):
        globex.messages.register("cand-2", sender="rec-3", subject="Interview")
    with pytest.raises(UnknownMessage):
        both.messages.mark_submitted("msg-1", provider="postmark", provider_message_id="p-1")
    with pytest.raises(UnknownMessage):
        both.messages.resend("msg-1", by="rec-3", tenant="default")
    with pytest.raises(UnknownRemovalRequest):
        globex.suppression_filters.approve(request.id, by="sup-2")
    with pytest.raises(UnknownCandidate):
        globex.activity("cand-2")
