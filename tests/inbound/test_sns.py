"""The envelope of SNS: who signed it and when, of which topic it is, what is confirmed."""

import json
from datetime import timedelta
from typing import Any

import pytest

from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound.providers.amazon_ses import AMAZON_SES
from tests.inbound.requests import NOW, PASSWORD, post, with_password
from tests.inbound.sns_reading import CERTS, EVENT, read, refused
from tests.inbound.sns_requests import (
    OTHER_KEY,
    SECRETS,
    SUBSCRIBE_URL,
    TOPIC,
    Suspicious,
    confirmation,
    envelope,
    request,
    signed,
)


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("changes", [{}, {"Subject": "A subject"}, {"Subject": ""}])
def test_both_versions_of_the_signature_are_read(version: str, changes: dict[str, Any]):
    assert read(signed(envelope(EVENT, SignatureVersion=version, **changes))).reports


def test_a_null_subject_and_the_spelling_of_lambda_are_read():
    fields = signed(envelope(EVENT))
    fields["SigningCertUrl"] = fields.pop("SigningCertURL")
    assert read({**fields, "Subject": None}).reports


@pytest.mark.parametrize(
    "changes",
    [
        {"Message": EVENT + " "},
        {"MessageId": "other"},
        {"Subject": "added"},
        {"Timestamp": (NOW + timedelta(seconds=1)).isoformat()},
        {"TopicArn": TOPIC + "x"},
        {"Signature": "AAAA"},
        {"Signature": ""},
        {"Signature": None},
        {"Signature": "no base64!"},
        {"SignatureVersion": "1"},
        {"SignatureVersion": "3"},
        {"SignatureVersion": None},
        {"Type": "UnsubscribeConfirmation"},
        {"Type": "Other"},
        {"Type": None},
    ],
)
def test_a_message_that_was_altered_is_refused(changes: dict[str, Any]):
    refused({**signed(envelope(EVENT)), **changes}, "certs: ")


def test_the_key_of_another_certificate_is_refused():
    refused(signed(envelope(EVENT), OTHER_KEY), "does not match")


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff", b"{" * 100_000, EVENT.encode()])
def test_a_body_without_an_envelope_has_no_signature(body: bytes):
    with pytest.raises(Unauthenticated, match="no signature"):
        AMAZON_SES.read(post(body, {"x-amz-sns-rawdelivery": "true"}), CERTS, now=NOW)


def test_raw_delivery_is_let_in_by_a_password_and_the_topic_in_its_header():
    secrets = {"basic_auth": PASSWORD, "topics": [TOPIC]}
    headers = {**with_password(b"").headers, "x-amz-sns-rawdelivery": "true"}
    with pytest.raises(Unauthenticated, match="another topic"):
        AMAZON_SES.read(post(EVENT.encode(), headers), secrets, now=NOW)
    headers["x-amz-sns-topic-arn"] = TOPIC
    assert AMAZON_SES.read(post(EVENT.encode(), headers), secrets, now=NOW).reports


@pytest.mark.parametrize("seconds", [-300, 0, 3_900])
def test_a_retry_of_an_hour_is_let_in(seconds: int):
    assert read(signed(envelope(EVENT)), now=NOW + timedelta(seconds=seconds)).reports


@pytest.mark.parametrize("seconds", [-3_901, 3_901])
def test_an_older_message_is_refused(seconds: int):
    refused(signed(envelope(EVENT)), "3900 s", now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("time", ["", "soon", "9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+01:00", None])
def test_an_odd_time_is_refused(time: str | None):
    refused(signed(envelope(EVENT, Timestamp=time)), "signed time")


def test_a_topic_alone_proves_nothing():
    for secrets in ({"topics": TOPIC}, {"topics": [TOPIC], "certs": ""}):
        with pytest.raises(Unauthenticated, match=r"proves nothing|empty"):
            AMAZON_SES.read(request(envelope(EVENT)), secrets, now=NOW)


def test_another_topic_is_refused_before_any_certificate_is_asked_for():
    fields = signed(envelope(EVENT, TopicArn=TOPIC + "-of-somebody"))
    refused(fields, "another topic", {"topics": [TOPIC], "certs": Suspicious()})
    assert read(fields).reports, "without a list every topic is let in"
    refused(signed(envelope(EVENT)), "another topic", {**SECRETS, "topics": {TOPIC: ""}})


def test_a_subscription_asks_to_be_confirmed():
    reading = read(signed(confirmation()), SECRETS)
    assert reading.visit == SUBSCRIBE_URL
    assert (reading.reports, reading.ignored, reading.quarantined) == ((), (), ())


@pytest.mark.parametrize("field", ["SubscribeURL", "Token", "Message"])
def test_the_signature_covers_what_is_confirmed(field: str):
    fields = signed(confirmation())
    refused({**fields, field: fields[field] + "0"}, "does not match")


@pytest.mark.parametrize(
    "url",
    [
        None,
        SUBSCRIBE_URL.replace("https", "http"),
        SUBSCRIBE_URL.replace("eu-north-1.amazonaws", "us-east-1.amazonaws"),
        SUBSCRIBE_URL.replace("amazonaws.com", "amazonaws.com.evil.example"),
        SUBSCRIBE_URL.replace("amazonaws.com", "amazonaws.com:444"),
        SUBSCRIBE_URL.replace("sns.", "a@sns."),
        SUBSCRIBE_URL.replace("ConfirmSubscription", "Unsubscribe"),
        SUBSCRIBE_URL + "&Action=Unsubscribe",
        SUBSCRIBE_URL + " HTTP/1.1\r\nX: y",
        SUBSCRIBE_URL + "x" * 3_000,
    ],
)
def test_nothing_else_is_visited(url: str | None):
    reading = read(signed(confirmation(SubscribeURL=url)))
    assert reading.visit is None
    assert reading.ignored


@pytest.mark.parametrize(
    "fields",
    [
        confirmation(Type="UnsubscribeConfirmation"),
        envelope("Successfully validated SNS topic for Amazon SES event publishing."),
        envelope("Hello"),
        envelope(""),
        envelope("", Message=None),
    ],
)
def test_what_is_about_the_topic_only_comes_to_nothing(fields: dict[str, Any]):
    reading = read(signed(fields))
    assert (reading.reports, reading.ignored, reading.quarantined, reading.visit) == ((), (), (), None)


def test_a_message_of_an_unknown_type_is_ignored():
    reading = AMAZON_SES.reread(
        json.dumps(envelope(EVENT, Type="News")).encode(), account="m", received_at=NOW
    )
    assert reading.ignored == ("a message of a type that the service does not document",)


@pytest.mark.parametrize("message", ["{", '{"eventType": 1, "mail": []}', '{"mail": ' + "[" * 10_000])
def test_a_message_that_cannot_be_read_is_quarantined_with_its_envelope(message: str):
    body = json.dumps(envelope(message)).encode()
    (part,) = AMAZON_SES.reread(body, account="m", received_at=NOW).quarantined
    assert part.raw == body
