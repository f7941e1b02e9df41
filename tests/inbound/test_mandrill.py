"""Mandrill's words in ours, and a signature over a URL and a form."""

from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading
from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound.providers import mandrill
from deliveryledger.inbound.providers.mandrill import MANDRILL
from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.examples.mandrill import EXAMPLE, GOOD, KEY, URL, form, signature, signed
from tests.inbound.requests import ADA, NOW, PASSWORD, post, with_password

BODY = form([GOOD])
SECRETS = EXAMPLE.secrets


def reread(*events: dict[str, Any]) -> Reading:
    return MANDRILL.reread(form(events), account="main", received_at=NOW)


def report(event: str = "hard_bounce", **message: Any) -> DeliveryReport:
    (found,) = reread({**GOOD, "event": event, "msg": {**GOOD["msg"], **message}}).reports
    return found


def accepts(request: WebhookRequest, **secrets: Any) -> bool:
    try:
        MANDRILL.read(request, {**SECRETS, **secrets}, now=NOW)
    except Unauthenticated:
        return False
    return True


# --- the signature -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", [URL + "/", URL.replace("?from=mandrill", ""), URL.replace("hooks:secret@", "")]
)
def test_the_registered_url_is_signed_letter_by_letter(url: str):
    assert not accepts(signed(BODY, url=url))
    assert accepts(signed(BODY, url=url), webhook_url=[URL, url])


def test_without_a_registered_url_it_is_the_requests_own():
    request = signed(BODY, url="https://ats.example/hooks")
    assert MANDRILL.read(request, {"signing_key": KEY}, now=NOW).reports
    with pytest.raises(Unauthenticated):
        MANDRILL.read(signed(BODY, url=URL), {"signing_key": KEY}, now=NOW)


@pytest.mark.parametrize("header", ["", "no base64!", "AAAA", signature({"mandrill_events": "[]"})])
def test_a_signature_that_is_wrong_is_refused(header: str):
    assert not accepts(post(BODY, {"X-Mandrill-Signature": header}))
    assert not accepts(post(BODY))


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"mandrill_events", BODY + b"&" + BODY, BODY + b"&more=1"]
)
def test_another_body_than_the_signed_one_is_refused(body: bytes):
    assert not accepts(post(body, {"X-Mandrill-Signature": signature({"mandrill_events": "[]"})}))


def test_a_url_proves_nothing_without_a_key():
    for secrets in ({"webhook_url": URL}, {"webhook_url": URL, "basic_auth": PASSWORD}):
        with pytest.raises(Unauthenticated, match="proves nothing"):
            MANDRILL.read(with_password(BODY), secrets, now=NOW)


def test_the_key_that_everybody_knows_opens_nothing():
    """Mandrill posts an empty batch signed with it, but only where HEAD was not answered."""
    assert not accepts(signed(form([]), "test-webhook"))
    assert not accepts(signed(BODY, "test-webhook"))
    head = WebhookRequest("HEAD", URL, {}, b"")
    assert MANDRILL.read(head, SECRETS, now=NOW).handshake == ""


# --- events ------------------------------------------------------------------------------------------


def test_an_event_becomes_a_report():
    found = report()
    assert (found.outcome, found.reason, found.severity) == ("bounced", "mailbox_unknown", "hard")
    assert (found.recipient, found.provider_message_id) == (ADA, "6b3c0f2e4d5a4c1b9a8f7e6d5c4b3a29")
    assert found.occurred_at.isoformat() == "2026-11-14T11:59:58+00:00"
    assert (found.diagnostic, found.vendor_class) == (
        "smtp;550 5.1.1 user unknown",
        "hard_bounce/bad_mailbox",
    )


MESSAGE_EVENTS = [(name, outcome) for name, outcome in mandrill._EVENTS.items() if not name.endswith("list")]


@pytest.mark.parametrize(("event", "outcome"), MESSAGE_EVENTS)
def test_every_event_has_a_word_of_ours(event: str, outcome: Outcome):
    assert report(event).outcome == outcome


@pytest.mark.parametrize("kind", ["blacklist", "whitelist", "denylist", "allowlist"])
@pytest.mark.parametrize("action", ["add", "change", "remove"])
def test_news_of_a_list_are_no_event_of_a_message(kind: str, action: str):
    entry = {"email": ADA, "reason": "hard-bounce", "last_event_at": "2026-11-14 11:00:00"}
    for name in ("reject", "entry"):
        (found,) = reread({"type": kind, "action": action, name: entry, "ts": GOOD["ts"]}).reports
        assert (found.outcome, found.vendor_class) == ("other", f"{kind}/{action}")
        assert (found.recipient, found.provider_message_id) == (ADA, None)


@pytest.mark.parametrize(("description", "reason"), mandrill._CLASSES.items())
def test_a_class_says_why_where_no_words_do(description: str, reason: str):
    assert report("soft_bounce", diag="", bounce_description=description).reason == reason


@pytest.mark.parametrize(
    ("event", "message", "reason"),
    [
        ("hard_bounce", {"diag": "552 5.2.2 mailbox full"}, "mailbox_full"),
        ("hard_bounce", {"diag": "550 no idea"}, "undetermined"),
        ("hard_bounce", {"diag": None, "bounce_description": None}, "undetermined"),
        (
            "soft_bounce",
            {"diag": "550 5.1.1 no such user", "bounce_description": "general"},
            "mailbox_unknown",
        ),
    ],
)
def test_words_go_before_classes(event: str, message: dict[str, Any], reason: str):
    assert report(event, **message).reason == reason


def test_a_deferral_has_the_words_of_the_last_attempt():
    attempts = [{"diag": "421 try later"}, None, {"diag": "452 4.2.2 over quota", "ts": 1}, {"type": "sent"}]
    found = report("deferral", diag=None, smtp_events=attempts, bounce_description=None)
    assert (found.outcome, found.reason, found.diagnostic) == (
        "deferred", "mailbox_full", "452 4.2.2 over quota",
    )  # fmt: skip
    assert report("deferral", diag=None, smtp_events=None, bounce_description=None).diagnostic is None


@pytest.mark.parametrize(("reason", "row"), mandrill._REJECTS.items())
def test_a_reject_is_a_suppression_where_a_list_made_it(reason: str, row: tuple[Any, Any, Any]):
    outcome, listed, why = row
    for given in (reason, {"reason": reason, "last_event_at": "2026-11-14"}):
        found = report("reject", reject=given, diag=None)
        assert (found.outcome, found.list_reason, found.reason) == (outcome, listed, why)
        assert found.vendor_class == f"reject/{reason}"


@pytest.mark.parametrize(
    ("given", "diag", "words"),
    [
        ({"reason": "hard-bounce", "detail": "550 mailbox gone"}, None, "550 mailbox gone"),
        ({"reason": "unsigned"}, "no signing domain", "no signing domain"),
        ({"reason": "custom", "detail": 7}, None, "custom"),
        ("hard-bounce", None, "hard-bounce"),
        ("rule", None, "rule"),
        (None, None, None),
    ],
)
def test_a_reject_has_the_words_that_there_are(given: object, diag: str | None, words: str | None):
    assert report("reject", reject=given, diag=diag).diagnostic == words


def test_without_words_of_a_server_the_class_is_told():
    assert report("soft_bounce", diag="", bounce_description="mailbox_full").diagnostic == "mailbox_full"
    assert report("soft_bounce", diag="550 no", bounce_description="general").diagnostic == "550 no"


@pytest.mark.parametrize("given", [None, "a new reason", {}, {"reason": None}, {"reason": 7}, []])
def test_a_reject_for_an_unknown_reason_is_a_rejection(given: object):
    found = report("reject", reject=given, diag=None)
    assert (found.outcome, found.list_reason, found.reason) == ("rejected", None, "undetermined")


def test_complaints_unsubscriptions_and_clicks_say_more():
    assert report("spam").feedback_type == "abuse"
    assert report("unsub").method == "link"
    (click,) = reread({**GOOD, "event": "click", "url": "https://ats.example/jobs"}).reports
    assert click.url == "https://ats.example/jobs"


def test_our_own_ids_come_back_in_metadata():
    ids = {"deliveryledger_message_id": "msg-1", "deliveryledger_tenant": "acme"}
    assert (report(metadata=ids).message_id, report(metadata=ids).tenant) == ("msg-1", "acme")
    assert report(metadata=[]).message_id is None


def test_an_inbound_mail_or_an_empty_batch_is_ignored():
    inbound = {"event": "inbound", "ts": 1, "msg": {"email": "jobs@ats.example", "raw_msg": "..."}}
    assert len(reread(inbound).ignored) == 1
    assert len(reread().ignored) == 1


def test_each_event_of_a_batch_keeps_its_own_bytes():
    grace = {**GOOD, "msg": {**GOOD["msg"], "email": "grace.hopper@example.org"}}
    first, second = reread(GOOD, grace).reports
    assert b"grace" not in (first.raw or b"")
    assert b"lovelace" not in (second.raw or b"")
    assert MANDRILL.reread(second.raw or b"", account="main", received_at=NOW).reports == (second,)


def test_bytes_that_are_not_utf_8_cost_only_their_event():
    body = BODY.removesuffix(b"%5D") + b"%2C%7B%22event%22%3A%22open%22%2C%22_id%22%3A%22%FF%22%7D%5D"
    reading = MANDRILL.reread(body, account="main", received_at=NOW)
    assert [part.index for part in reading.quarantined] == [1]
    assert len(reading.reports) == 1


@pytest.mark.parametrize("body", [b"a=b", b"mandrill_events=", b"mandrill_events=[", BODY + b"&" + BODY])
def test_a_form_without_one_array_of_events_is_quarantined_whole(body: bytes):
    (part,) = MANDRILL.reread(body, account="main", received_at=NOW).quarantined
    assert (part.index, part.raw) == (None, body)
