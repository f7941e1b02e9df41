"""Which certificates prove that a message came from Amazon SNS, and where they may be asked for."""

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from deliveryledger.errors import ProofUnavailable
from tests.inbound.sns_reading import EVENT, read, refused
from tests.inbound.sns_requests import (
    CERT,
    CERT_URL,
    Suspicious,
    certificate,
    envelope,
    signed,
)


class Unreachable(dict[str, str]):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def __getitem__(self, address: str) -> str:
        raise self.error


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "http://sns.eu-north-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem",
        "https://sns.eu-north-1.amazonaws.com.cn/SimpleNotificationService-0a1b2c.pem",
        "https://sns.eu-north-1.amazonaws.com.evil.example/SimpleNotificationService-0a1b2c.pem",
        "https://sns.eu-north-1.amazonaws.com@evil.example/SimpleNotificationService-0a1b2c.pem",
        "https://a@sns.eu-north-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem",
        "https://sns.eu-north-1.amazonaws.com:444/SimpleNotificationService-0a1b2c.pem",
        "https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-0a1b2c.pem",
        "https://snsxeu-north-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem",
        "https://SNS.eu-north-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem",
        "https://sns.eu-north-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem?x=1",
        "https://sns.eu-north-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem#x",
        "https://sns.eu-north-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem\n",
        "https://sns.eu-north-1.amazonaws.com/a/../SimpleNotificationService-0a1b2c.pem",
        "https://sns.eu-north-1.amazonaws.com/SimpleNotificationService-xyz.pem",
        "https://sns.eu-north-1.amazonaws.com/SimpleNotificationService-.pem",
    ],
)
def test_no_certificate_is_asked_for_at_an_address_that_is_not_amazons(url: str | None):
    refused(signed(envelope(EVENT, SigningCertURL=url)), "not where", {"certs": Suspicious()})


@pytest.mark.parametrize(
    "topic",
    [
        "arn:aws:sns:s3-us-west-2:123456789012:deliveries",
        "arn:aws:sns:evil.example/:123456789012:deliveries",
        "arn:aws:sqs:eu-north-1:123456789012:deliveries",
        "arn:aws:sns:eu-north-1:123456789012:a\nTopicArn\narn:aws:sns:eu-north-1:1:deliveries",
        "arn:scw:sns:fr-par:project-1:deliveries",
        "",
        None,
    ],
)
def test_what_is_no_topic_of_amazons_is_refused(topic: str | None):
    url = "https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-0a1b2c.pem"
    fields = signed(envelope(EVENT, TopicArn=topic, SigningCertURL=url))
    refused(fields, "none of this service", {"certs": Suspicious()})


@pytest.mark.parametrize(
    ("region", "domain", "name"),
    [
        ("us-east-1", "amazonaws.com", "sns.amazonaws.com"),
        ("me-south-1", "amazonaws.com", "sns-signing.me-south-1.amazonaws.com"),
        ("cn-north-1", "amazonaws.com.cn", "sns-cn-north-1.amazonaws.com.cn"),
        ("us-gov-east-1", "amazonaws.com", "sns-us-gov-west-1.amazonaws.com"),
        ("eusc-de-east-1", "amazonaws.eu", "sns-signing.eusc-de-east-1.amazonaws.eu"),
    ],
)
def test_every_partition_has_hosts_and_names_of_its_own(region: str, domain: str, name: str):
    url = f"https://sns.{region}.{domain}/SimpleNotificationService-0a.pem"
    topic = f"arn:aws:sns:{region}:123456789012:deliveries"
    fields = signed(envelope(EVENT, SigningCertURL=url, TopicArn=topic))
    assert read(fields, {"certs": {url: certificate(name=name)}}).reports
    refused(
        fields,
        "not this service's",
        {"certs": {url: certificate(name="sns-signing.ap-east-1.amazonaws.com")}},
    )


@pytest.mark.parametrize(
    ("pem", "why"),
    [
        (certificate(name="sns.evil.example"), "not this service's"),
        (certificate(start=datetime(2026, 12, 1, tzinfo=UTC)), "not valid when"),
        (certificate(start=datetime(2025, 1, 1, tzinfo=UTC)), "not valid when"),
        (certificate(ec.generate_private_key(ec.SECP256R1())), "none that is used"),
        (certificate(rsa.generate_private_key(65537, 1024)), "none that is used"),
        ("", "no readable certificate"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no readable certificate"),
        (CERT + "x" * 70_000, "no readable certificate"),
        (CERT.encode(), "no readable certificate"),
        (None, "no readable certificate"),
    ],
)
def test_a_certificate_that_proves_nothing_is_refused(pem: Any, why: str):
    refused(signed(envelope(EVENT)), why, {"certs": {CERT_URL: pem}})


def test_a_certificate_that_has_run_out_since_still_proves_what_was_signed_before():
    assert read(signed(envelope(EVENT)), {"certs": {CERT_URL: certificate(days=259)}}).reports


@pytest.mark.parametrize("certs", [{}, {"other": CERT}, CERT, [CERT]])
def test_without_the_certificate_of_that_address_it_is_refused(certs: Any):
    refused(signed(envelope(EVENT)), "no readable certificate", {"certs": certs})


@pytest.mark.parametrize("error", [OSError("no route"), ProofUnavailable("fetch", "no route", "try later")])
def test_a_certificate_that_cannot_be_had_now_is_no_refusal(error: Exception):
    with pytest.raises(ProofUnavailable) as caught:
        read(signed(envelope(EVENT)), {"certs": Unreachable(error)})
    assert CERT_URL not in str(caught.value)


def test_an_index_that_raises_for_a_lookup_is_a_refusal():
    refused(signed(envelope(EVENT)), "no readable", {"certs": Unreachable(IndexError())})
