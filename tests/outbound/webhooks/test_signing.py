"""Signatures and subscriptions: what a receiver may rely on, and what is refused."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deliveryledger.errors import InvalidInput
from deliveryledger.inbound.request import WebhookRequest
from deliveryledger.inbound.standard_webhooks import signature
from deliveryledger.outbound.webhooks import Subscription
from deliveryledger.outbound.webhooks.signing import secret_of, signed_headers
from deliveryledger.settings import SubscriptionSettings
from tests.outbound.webhooks.ats import NEWER, SECRET, is_signed

BODY = '{"type":"message.bounced","data":{"name":"Åsa"}}'.encode()
NOW = datetime(2026, 11, 14, 9, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {"url": "https://ats.example/hooks?k=hunter2", "secrets": SECRET}


def headers(*secrets: str) -> dict[str, str]:
    keys = [key for key in map(secret_of, secrets) if key]
    return signed_headers(keys, "evt_1", int(NOW.timestamp()), BODY)


def test_each_secret_in_use_signs_and_our_own_receiver_agrees():
    for secret in (SECRET, NEWER):
        sent = headers(NEWER, SECRET)
        assert is_signed(secret, sent, BODY)
        request = WebhookRequest("POST", "https://ats.example/", sent, BODY)
        assert signature(request, {"signing_key": (secret,)}, NOW) is None
    assert not is_signed(NEWER, headers(SECRET), BODY)


def test_the_reference_implementation_agrees():
    reference = pytest.importorskip("standardwebhooks", reason="the package standardwebhooks is not there")
    now = datetime.now(UTC)
    key = secret_of(SECRET)
    assert key
    sent = signed_headers([key], "evt_1", int(now.timestamp()), BODY)
    assert reference.Webhook(SECRET).verify(BODY, sent) == json.loads(BODY)
    with pytest.raises(reference.webhooks.WebhookVerificationError):
        reference.Webhook(NEWER).verify(BODY, sent)


FAULTS: dict[str, dict[str, Any]] = {
    "not https": {"url": "http://ats.example/hooks"},
    "not https ": {"url": "http://127.0.0.1.example/hooks"},
    "is not https": {"url": "ftp://ats.example/"},
    "credentials": {"url": "https://user:hunter2@ats.example/"},
    "fragment": {"url": "https://ats.example/#a"},
    "names no host": {"url": "https:///hooks"},
    "printable": {"url": "https://ats.example/\r\nhost: other"},
    "whsec_": {"secrets": "hunter2"},
    "its secrets": {"secrets": ["whsec_" + base64.b64encode(b"hunter2").decode()]},
    "its secrets are": {"secrets": []},
    "no list": {"types": ["message.hunter2"]},
    "are no list": {"types": []},
    "include_personal": {"include_personal": "hunter2"},
    "tenant": {"tenant": "hunter2 hunter2"},
    "unknown field": {"secret": "hunter2"},
}


@pytest.mark.parametrize("obstacle", FAULTS)
def test_a_mistake_is_named_without_its_value(obstacle: str):
    with pytest.raises(InvalidInput, match=obstacle.strip()) as caught:
        Subscription.of("ats", {**GOOD, **FAULTS[obstacle]})
    assert "hunter2" not in str(caught.value)


def test_a_subscription_shows_neither_url_nor_secret():
    shown = repr(Subscription.of("ats", GOOD))
    assert "hunter2" not in shown
    assert SECRET not in shown
    for url in ("http://127.0.0.1:8000/", "http://[::1]/", "http://localhost/"):
        assert Subscription.of("ats", {**GOOD, "url": url}).url == url


def test_settings_are_json_or_a_file_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("DELIVERYLEDGER_SUBSCRIPTIONS", json.dumps({"ats": GOOD}))
    assert SubscriptionSettings.from_environment().subscriptions == {"ats": GOOD}
    (tmp_path / "s.json").write_text(json.dumps({"other": GOOD}))
    monkeypatch.setenv("DELIVERYLEDGER_SUBSCRIPTIONS", str(tmp_path / "s.json"))
    assert list(SubscriptionSettings.from_environment().subscriptions) == ["other"]


@pytest.mark.parametrize("value", ["", "{", "[]", "{}", '{"ats": "hunter2"}', "/no/such/file", None])
def test_settings_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch, value: str | None):
    monkeypatch.delenv("DELIVERYLEDGER_SUBSCRIPTIONS", raising=False)
    if value is not None:
        monkeypatch.setenv("DELIVERYLEDGER_SUBSCRIPTIONS", value)
    with pytest.raises(InvalidInput, match="DELIVERYLEDGER_SUBSCRIPTIONS") as caught:
        SubscriptionSettings.from_environment()
    assert "hunter2" not in str(caught.value)
