"""Scaleway signs as SNS does; its certificate counts only if its authority has issued it."""

import json
from datetime import timedelta

import pytest

from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound.providers.scaleway_tem import SCALEWAY_TEM
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import NOW
from tests.inbound.sns_requests import (
    AUTHORITY,
    CERT_URL,
    KEY,
    OTHER_KEY,
    SCALEWAY_CERT_URL,
    SCALEWAY_SECRETS,
    SCALEWAY_TOPIC,
    SUBSCRIBE_URL,
    Suspicious,
    certificate,
    confirmation,
    envelope,
    request,
    scaleway,
    signed,
)


def test_scaleways_certificate_is_good_only_if_its_authority_issued_it():
    message = scaleway(json.dumps(EXAMPLES["scaleway_tem"].good).encode())
    assert SCALEWAY_TEM.read(message, SCALEWAY_SECRETS, now=NOW).reports
    for chain in (
        certificate(KEY, "Authority", is_authority=True),
        certificate(OTHER_KEY, "Authority"),
        certificate(OTHER_KEY, "Authority", is_authority=True, days=30),
        certificate(OTHER_KEY, "Another authority", is_authority=True),
        "no PEM",
    ):
        with pytest.raises(Unauthenticated, match="not this service's"):
            SCALEWAY_TEM.read(message, {**SCALEWAY_SECRETS, "trust_chain": chain}, now=NOW)
    without = {name: value for name, value in SCALEWAY_SECRETS.items() if name != "trust_chain"}
    with pytest.raises(Unauthenticated, match="not this service's"):
        SCALEWAY_TEM.read(message, without, now=NOW)


def test_a_bundle_of_authorities_is_read():
    other = certificate(KEY, "Authority", is_authority=True)
    message = scaleway(json.dumps(EXAMPLES["scaleway_tem"].good).encode())
    assert SCALEWAY_TEM.read(message, {**SCALEWAY_SECRETS, "trust_chain": other + AUTHORITY}, now=NOW).reports


def test_scaleways_chain_and_topic_prove_nothing_without_certificates():
    message = scaleway(b"{}")
    for secrets in ({"trust_chain": AUTHORITY}, {"trust_chain": AUTHORITY, "topics": SCALEWAY_TOPIC}):
        with pytest.raises(Unauthenticated, match="proves nothing"):
            SCALEWAY_TEM.read(message, secrets, now=NOW)


@pytest.mark.parametrize(
    "url",
    [
        SCALEWAY_CERT_URL.replace("messaging", "attacker"),
        SCALEWAY_CERT_URL.replace("fr-par.scw", "pl-waw.scw"),
        SCALEWAY_CERT_URL.replace("scw.cloud", "scw.cloud.evil.example"),
        SCALEWAY_CERT_URL.replace("https", "http"),
        SCALEWAY_CERT_URL.replace("/sns/", "/../"),
        SCALEWAY_CERT_URL + "?x",
        CERT_URL,
    ],
)
def test_no_certificate_is_asked_for_at_an_address_that_is_not_scaleways(url: str):
    fields = signed(envelope("{}", TopicArn=SCALEWAY_TOPIC, SigningCertURL=url))
    with pytest.raises(Unauthenticated, match="not where"):
        SCALEWAY_TEM.read(request(fields), {"certs": Suspicious(), "trust_chain": AUTHORITY}, now=NOW)


@pytest.mark.parametrize(("hours", "is_let_in"), [(8, True), (9, False)])
def test_a_retry_of_scaleways_may_come_eight_hours_late(hours: int, is_let_in: bool):
    message = scaleway(json.dumps(EXAMPLES["scaleway_tem"].good).encode())
    now = NOW + timedelta(hours=hours)
    if is_let_in:
        assert SCALEWAY_TEM.read(message, SCALEWAY_SECRETS, now=now).reports
        return
    with pytest.raises(Unauthenticated, match="29100 s"):
        SCALEWAY_TEM.read(message, SCALEWAY_SECRETS, now=now)


def test_scaleways_subscription_is_confirmed_at_its_own_host():
    url = f"https://sns.mnq.fr-par.scaleway.com/?Action=ConfirmSubscription&TopicArn={SCALEWAY_TOPIC}&Token=1"
    here = {"TopicArn": SCALEWAY_TOPIC, "SigningCertURL": SCALEWAY_CERT_URL, "SignatureVersion": "1"}
    fields = signed(confirmation(SubscribeURL=url, **here))
    assert SCALEWAY_TEM.read(request(fields), SCALEWAY_SECRETS, now=NOW).visit == url
    fields = signed(confirmation(SubscribeURL=SUBSCRIBE_URL, **here))
    assert SCALEWAY_TEM.read(request(fields), SCALEWAY_SECRETS, now=NOW).visit is None
