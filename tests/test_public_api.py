"""The public API as the documentation gives it, in one script, on a file and in memory."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.errors import LiftRefused, Unauthenticated
from deliveryledger.inbound import providers
from deliveryledger.inbound.request import WebhookRequest

SECRETS = {"basic_auth": "ats:secret"}
BOUNCE = {
    "RecordType": "Bounce",
    "ID": 901542550,
    "Type": "HardBounce",
    "MessageID": "b7bc2f4a",
    "Email": "ada@gmial.com",
    "Details": "smtp;550 5.1.1 no such user",
    "BouncedAt": "2026-11-14T08:32:07.1234567Z",
}
SHOWN = {
    "id", "status", "severity", "reason", "withheld", "sent_at", "headline", "explanation", "next_step",
    "actions", "resend_of", "resent_as",
}  # fmt: skip


def request(credentials: bytes = b"ats:secret") -> WebhookRequest:
    headers = {"Authorization": "Basic " + base64.b64encode(credentials).decode()}
    return WebhookRequest("POST", "https://ats.example/hooks", headers, json.dumps(BOUNCE).encode())


@pytest.mark.parametrize("where", ["deliveries.db", ":memory:"])
def test_the_script_of_the_documentation(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ledger = Ledger.open(where)
    ledger.candidate_emails.register("cand-7", "ada@gmial.com", name="Ada Lovelace", by="rec-3")
    message = ledger.messages.register("cand-7", sender="rec-3", subject="Interview")
    ledger.messages.mark_submitted(message.id, provider="postmark", provider_message_id="b7bc2f4a")
    addresses = ledger.bounce_addresses("bounces.ats.example")
    assert addresses.in_address(addresses.sign(message.id)) is not None
    assert set(addresses.headers(message.id)) >= {"X-Deliveryledger-Message-Id"}

    with pytest.raises(Unauthenticated):
        providers.get("postmark").read(request(b"ats:wrong"), SECRETS)
    reports = providers.get("postmark").read(request(), SECRETS)
    assert (ledger.record(reports).facts, ledger.record(reports).repeats) == (1, 1)
    assert ledger.record_mail(b"Subject: Hello\n\nJust a letter.\n").facts == 0

    card = ledger.candidate_card("cand-7", lang="sv")
    data = card.model_dump(mode="json")
    assert (data["candidate_id"], data["address"]) == ("cand-7", "ada@gmial.com")
    assert set(data["messages"][0]) >= SHOWN
    assert card.messages[0].headline in str(card)
    refusal = ledger.suppression_filters.may_send("ada@gmial.com")
    assert not refusal
    assert (refusal.cause, refusal.since is None, refusal.event is None) == ("hard_bounce", False, False)

    ledger.candidate_emails.correct("cand-7", "ada@gmail.com", grounds="cv", by="rec-3", resend=[message.id])
    assert ledger.suppression_filters.may_send("ada@gmail.com")
    assert ledger.messages.resend(message.id, by="rec-3").resend_of == message.id
    assert ledger.activity("cand-7").entries
    assert ledger.bell("rec-3").items

    ledger.suppression_filters.suppress("ada@gmail.com", by="sup-1")
    removal = ledger.suppression_filters.request_removal("ada@gmail.com", by="sup-1", evidence="phone call")
    ledger.suppression_filters.record_consent(
        "ada@gmail.com", kind="recipient", evidence="mail of 14 Nov", by="sup-1"
    )
    assert ledger.suppression_filters.approve(removal.id, by="sup-2")
    with pytest.raises(LiftRefused):
        ledger.suppression_filters.lift("ada@gmial.com", by="sup-1")

    assert ledger.intake.unmatched() == ()
    ledger.intake.retry()
    assert ledger.tenant("acme").recipient_filter().entries == ()
    before = ledger.candidate_card("cand-7", tenant="default").model_dump()
    ledger.rebuild()
    assert ledger.candidate_card("cand-7").model_dump() == before

    now = datetime.now(UTC)
    assert ledger.as_of(now).candidate_card("cand-7").address == "ada@gmail.com"
    assert ledger.as_of(1).candidate_card("cand-7").messages == ()
    assert ledger.verify()
    checkpoint = ledger.audit.checkpoint()
    assert ledger.erase("cand-7", by="dpo").erased
    assert ledger.candidate_card("cand-7").address is None
    assert not ledger.suppression_filters.may_send("ada@gmial.com")
    assert ledger.verify([checkpoint])
    assert ledger.export("cand-7").is_empty
    assert not ledger.replay(Policies()).differs
    ledger.close()


def test_what_comes_later_does_not_exist_yet() -> None:
    assert not hasattr(Ledger, "outbox")
