"""What every provider keeps, whoever it is. A new provider is under this contract with its first commit."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.domain.reports import DeliveryReport, Reading
from deliveryledger.errors import Unauthenticated, UnknownProvider
from deliveryledger.inbound import providers
from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.examples import EXAMPLES, Example
from tests.inbound.requests import ADA, NOW, post

EVERY = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=10,
)


def read(example: Example, body: bytes) -> Reading:
    return providers.get(example.slug).reread(body, account="main", received_at=NOW)


def only(reading: Reading) -> DeliveryReport:
    assert not reading.quarantined
    return reading.reports[0]


def test_every_provider_has_an_example():
    assert set(EXAMPLES) == set(providers.names())


def test_unknown_provider_is_refused_by_naming_the_known_ones():
    with pytest.raises(UnknownProvider, match=r"postmark.*sendgrid"):
        providers.get("carrier-pigeon")


@EVERY
def test_reads_a_signed_event(example: Example):
    request = example.sign(example.body(example.good))
    reading = providers.get(example.slug).read(request, example.secrets, now=NOW)
    report = only(reading)
    assert (report.provider, report.recipient, report.severity) == (example.slug, ADA, "hard")
    assert (report.received_at, report.authenticated, report.source) == (NOW, True, "webhook")
    assert reading.content == hashlib.sha256(request.body).hexdigest()


@EVERY
def test_wrong_credentials_are_refused(example: Example):
    provider, body = providers.get(example.slug), example.body(example.good)
    for request in (example.forge(body), post(body)):
        with pytest.raises(Unauthenticated):
            provider.read(request, example.secrets, now=NOW)


@EVERY
def test_without_secrets_nothing_is_authentic(example: Example):
    provider, request = providers.get(example.slug), example.sign(example.body(example.good))
    empty = [dict.fromkeys(example.secrets, value) for value in ("", [], [""])]
    for secrets in ({}, *empty):
        with pytest.raises(Unauthenticated):
            provider.read(request, secrets, now=NOW)


@EVERY
def test_an_empty_secret_does_not_match_an_empty_credential(example: Example):
    with pytest.raises(Unauthenticated):
        providers.get(example.slug).read(
            post(b"[]", {"Authorization": "Basic "}), {"basic_auth": ""}, now=NOW
        )


@EVERY
def test_every_configured_secret_has_to_match(example: Example):
    request = example.sign(example.body(example.good))
    name = next(iter(example.secrets))
    for more in ({"basic_auth": "hooks:other"}, {"bearer_token": "x"}, {"carrier_ring": "x"}):
        if name not in more:
            with pytest.raises(Unauthenticated):
                providers.get(example.slug).read(request, {**example.secrets, **more}, now=NOW)


@EVERY
def test_any_of_several_secrets_may_be_presented(example: Example):
    request = example.sign(example.body(example.good))
    assert providers.get(example.slug).read(request, example.rotated, now=NOW).reports


@EVERY
@pytest.mark.parametrize("method", ["GET", "HEAD", "head"])
def test_a_handshake_is_answered_and_says_nothing(example: Example, method: str):
    request = WebhookRequest(method, "https://ats.example/hooks", {}, b"")
    reading = providers.get(example.slug).read(request, example.secrets, now=NOW)
    assert (reading.handshake, reading.reports, reading.ignored) == ("", (), ())


@EVERY
def test_one_bad_event_is_quarantined_and_the_rest_is_read(example: Example):
    good, bad = example.good, example.bad
    reading = read(example, example.body(good, bad, good) if example.is_batch else example.body(bad))
    (part,) = reading.quarantined
    assert part.index == (1 if example.is_batch else None)
    assert len(reading.reports) == (2 if example.is_batch else 0)
    assert ADA not in part.why


@EVERY
def test_what_was_quarantined_can_be_read_again(example: Example):
    (part,) = read(example, example.body(example.bad)).quarantined
    again = providers.get(example.slug).reread(part.raw, account="main", received_at=NOW)
    assert [each.why for each in again.quarantined] == [part.why]
    mended = providers.get(example.slug).reread(
        example.body(example.good), account="main", received_at=NOW - timedelta(days=1)
    )
    assert only(mended).received_at == NOW - timedelta(days=1)


@EVERY
@pytest.mark.parametrize(
    "body", [b"", b"null", b"7", b'"a"', b"{", b"[", b"[{}", b"[" * 100_000, b"\xff\xfe", b"[,]"]
)
def test_an_unreadable_body_is_quarantined_as_it_is(example: Example, body: bytes):
    (part,) = read(example, body).quarantined
    assert (part.index, part.raw) == (None, body)


@EVERY
def test_an_event_of_an_unknown_type_is_no_error(example: Example):
    unknown = example.of_kind("teleported", example.good)
    assert only(read(example, example.body(unknown))).outcome == "other"
    reading = read(example, example.body(example.of_kind("teleported")))
    assert reading.ignored
    assert (reading.reports, reading.quarantined) == ((), ())


def without_values(value: Any) -> Any:
    return {k: without_values(v) for k, v in value.items()} if isinstance(value, dict) else None


@EVERY
def test_null_is_as_good_as_missing(example: Example):
    reading = read(example, example.body(example.of_kind("teleported", without_values(example.good))))
    assert reading.ignored
    assert not reading.quarantined


@EVERY
@given(body=st.binary(max_size=200))
def test_any_bytes_have_a_typed_outcome(example: Example, body: bytes):
    assert isinstance(read(example, body), Reading)


@EVERY
@given(data=st.data())
def test_any_event_has_a_typed_outcome_without_its_content_in_any_text(example: Example, data: st.DataObject):
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(example.good)), JSON))
    reading = read(example, example.body({**example.good, **changed}))
    assert len(reading.reports) + len(reading.ignored) + len(reading.quarantined) == 1
    for text in (*reading.ignored, *(part.why for part in reading.quarantined)):
        assert ADA not in text
    for part in reading.quarantined:
        providers.get(example.slug).reread(part.raw, account="main", received_at=NOW)
