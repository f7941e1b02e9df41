"""Svix's signatures, under either name of their headers."""

from datetime import timedelta

import pytest

from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound.providers.resend import RESEND
from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.examples.resend import OTHER_SECRET, SECRET, signature, signed
from tests.inbound.requests import NOW, post

BODY = b'{"type": "email.sent", "data": {"email_id": "1"}}'
SECRETS = {"signing_key": SECRET}
RIGHT = signature(BODY)


def refused(request: WebhookRequest, match: str, **secrets: object) -> None:
    with pytest.raises(Unauthenticated, match=match):
        RESEND.read(request, {**SECRETS, **secrets}, now=NOW)  # type: ignore[dict-item]


def headers(request: WebhookRequest, **changes: str) -> WebhookRequest:
    return post(BODY, {**request.headers, **{f"svix-{name}": value for name, value in changes.items()}})


@pytest.mark.parametrize("prefix", ["svix", "webhook", "Svix"])
@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_signature_is_good_for_five_minutes_under_either_name(prefix: str, seconds: int):
    now = NOW + timedelta(seconds=seconds)
    assert RESEND.read(signed(BODY, prefix=prefix), SECRETS, now=now).reports


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_a_stale_signature_is_refused(seconds: int):
    with pytest.raises(Unauthenticated, match="300 s"):
        RESEND.read(signed(BODY), SECRETS, now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "presented",
    [
        f"{signature(BODY, OTHER_SECRET)} {RIGHT}",
        f"v1a,AAAA {RIGHT}",
        f"v1,not-base64! {RIGHT}",
        f"  {RIGHT}  nonsense , v1 v1, ,,, v2,{RIGHT[3:]}",
    ],
)
def test_one_right_signature_of_several_is_enough(presented: str):
    assert RESEND.read(signed(BODY, presented=presented), SECRETS, now=NOW).reports


@pytest.mark.parametrize(
    "presented",
    ["", "v1", "v1,", ",", RIGHT[3:], f"v2,{RIGHT[3:]}", f"v1a,{RIGHT[3:]}", "v1,\xe4\ud800", "v1,QQ"],
)
def test_what_is_no_signature_of_version_1_is_refused_and_not_raised(presented: str):
    refused(signed(BODY, presented=presented), "does not match")


@pytest.mark.parametrize("missing", ["id", "timestamp", "signature"])
def test_a_missing_header_is_refused(missing: str):
    fields = {name: value for name, value in signed(BODY).headers.items() if name != f"svix-{missing}"}
    refused(post(BODY, fields), "signing_key")


@pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1794657600.5", "1" * 13])
def test_an_odd_time_is_refused(timestamp: str):
    refused(headers(signed(BODY), timestamp=timestamp), "signed time")


def test_the_signature_covers_id_time_and_body():
    refused(headers(signed(BODY), id="msg_2"), "does not match")
    refused(headers(signed(BODY), timestamp=str(int(NOW.timestamp()) + 1)), "does not match")
    refused(post(BODY + b" ", signed(BODY).headers), "does not match")
    refused(headers(signed(BODY), id="msg_\ud800"), "no id")


@pytest.mark.parametrize(
    "event_id", ["", " ", "msg.1", "msg_1.1794657600", "m" * 101, "msg_\u0661", "msg 1", "a\n"]
)
def test_what_is_no_id_is_refused_though_it_is_signed(event_id: str):
    """With a dot in it, id, time and body could be divided in another way."""
    refused(signed(BODY, event_id=event_id), "the signed id is missing or no id")


def test_an_unsigned_id_cannot_stand_before_the_signed_one():
    request = signed(BODY, prefix="webhook")
    refused(post(BODY, {**request.headers, "svix-id": "msg_other"}), "signing_key")


@pytest.mark.parametrize("key", ["whsec_", "whsec_not base64!", "not base64!"])
def test_a_key_that_cannot_be_read_does_not_lock_out_the_other_one(key: str):
    refused(signed(BODY), "no configured key", signing_key=key)
    assert RESEND.read(signed(BODY), {"signing_key": [key, SECRET]}, now=NOW).reports


def test_a_signature_with_an_empty_key_is_worth_nothing():
    refused(signed(BODY, "whsec_"), "no configured key", signing_key="whsec_")
    refused(signed(BODY, "whsec_"), "does not match", signing_key=["whsec_", SECRET])


def test_a_key_may_stand_without_its_prefix():
    assert RESEND.read(signed(BODY), {"signing_key": SECRET.removeprefix("whsec_")}, now=NOW).reports
