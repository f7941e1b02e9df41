"""Proofs of origin that many providers share."""

import base64
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound import credentials
from deliveryledger.inbound.credentials import CREDENTIALS, Check, Configured, staleness, texts
from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.requests import NOW, PASSWORD, post, with_password

BEARER = {"bearer_token": "t0k3n"}
HEADER = {"custom_header": "X-Ats-Key: open sesame"}


def verify(request: WebhookRequest, secrets: Any, checks: Mapping[str, Check] = CREDENTIALS) -> None:
    credentials.verify("pigeon", checks, request, secrets, NOW)


def refused(request: WebhookRequest, secrets: Any, match: str) -> None:
    with pytest.raises(Unauthenticated, match=match):
        verify(request, secrets)


def authorization(value: str) -> WebhookRequest:
    return post(b"", {"Authorization": value})


def test_without_secrets_nothing_is_authentic():
    refused(with_password(b""), {}, "no secret is configured.*basic_auth, bearer_token, custom_header")


@pytest.mark.parametrize("empty", ["", [], (), [""], ["", ""]])
@pytest.mark.parametrize("name", CREDENTIALS)
def test_an_empty_secret_matches_nothing(name: str, empty: Any):
    for value in ("", "Basic ", "Basic Og==", "Bearer", "Bearer "):
        refused(authorization(value), {name: empty}, "configured, but empty")


def test_a_secret_of_an_unknown_kind_is_refused_by_naming_the_known_ones():
    refused(with_password(b""), {"basic_auth": PASSWORD, "pasword": "x"}, "use: basic_auth")
    refused(with_password(b""), {"pasword": "x"}, "of a kind it does not use")


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_a_password_is_presented_as_base64(scheme: str):
    encoded = base64.b64encode(PASSWORD.encode()).decode()
    verify(authorization(f"{scheme} {encoded}"), {"basic_auth": PASSWORD})
    verify(authorization(f"{scheme}  {encoded} "), {"basic_auth": ["hooks:other", PASSWORD]})


def test_a_password_may_hold_any_characters():
    verify(with_password(b"", "häns:a:b:ü"), {"basic_auth": "häns:a:b:ü"})


@pytest.mark.parametrize(
    ("presented", "match"),
    [
        ("", "no basic credentials"),
        ("Bearer t0k3n", "no basic credentials"),
        ("Basic", "are others"),
        ("Basic ???", "not base64"),
        ("Basic ä", "not base64"),
        ("Basic " + base64.b64encode(b"hooks:correct hors").decode(), "are others"),
        ("Basic " + base64.b64encode(b"\xff\xfe").decode(), "are others"),
    ],
)
def test_other_passwords_are_refused(presented: str, match: str):
    refused(authorization(presented), {"basic_auth": PASSWORD}, match)


@pytest.mark.parametrize("presented", ["Bearer t0k3n", "bearer t0k3n", "BEARER  t0k3n "])
def test_a_bearer_token_is_presented_as_it_is(presented: str):
    verify(authorization(presented), BEARER)
    verify(authorization(presented), {"bearer_token": ["new", "t0k3n"]})


@pytest.mark.parametrize(
    "presented", ["", "t0k3n", "Bearer", "Bearer t0k3", "Bearer t0k3n x", "Basic dDBrM24="]
)
def test_other_tokens_are_refused(presented: str):
    refused(authorization(presented), BEARER, "bearer_token")


@pytest.mark.parametrize("name", ["X-Ats-Key", "x-ats-key"])
def test_a_header_of_ones_own_is_found_without_case(name: str):
    verify(post(b"", {name: " open sesame "}), HEADER)
    verify(post(b"", {name: "open sesame"}), {"custom_header": ["X-Old: a", "X-Ats-Key:open sesame"]})


@pytest.mark.parametrize(
    "headers", [{}, {"X-Ats-Key": ""}, {"X-Ats-Key": "Open Sesame"}, {"X-Key": "open sesame"}]
)
def test_another_header_is_refused(headers: dict[str, str]):
    refused(post(b"", headers), HEADER, "missing or has another value")


@pytest.mark.parametrize("line", ["X-Ats-Key", "X-Ats-Key:", "X-Ats-Key: ", ":", ": x"])
def test_a_header_without_a_name_or_a_value_matches_nothing(line: str):
    for headers in ({}, {"X-Ats-Key": ""}, {"X-Ats-Key": " "}, {"": "x"}):
        refused(post(b"", headers), {"custom_header": line}, "custom_header")


def test_every_configured_kind_has_to_match():
    both = post(b"", {"Authorization": "Bearer t0k3n", "X-Ats-Key": "open sesame"})
    verify(both, {**BEARER, **HEADER})
    refused(authorization("Bearer t0k3n"), {**BEARER, **HEADER}, "custom_header")
    refused(post(b"", {"X-Ats-Key": "open sesame"}), {**BEARER, **HEADER}, "bearer_token")


def test_checks_run_in_the_order_of_the_provider_and_only_those_that_are_configured():
    ran = []

    def check(name: str, obstacle: str | None = None) -> Check:
        def run(_request: WebhookRequest, _secrets: Configured, _now: datetime) -> str | None:
            ran.append(name)
            return obstacle

        return run

    checks = {name: check(name, "no" if name == "second" else None) for name in ("first", "second", "third")}
    secrets = {"third": "x", "second": "x", "first": "x"}
    with pytest.raises(Unauthenticated, match="second: no"):
        credentials.verify("pigeon", checks, post(b""), secrets, NOW)
    assert ran == ["first", "second"]
    ran.clear()
    credentials.verify("pigeon", checks, post(b""), {"third": "x"}, NOW)
    assert ran == ["third"]


class Fetching(Mapping[str, str]):
    """Certificates that are fetched when they are asked for: it knows neither its names nor their number."""

    def __getitem__(self, name: str) -> str:
        return f"certificate of {name}"

    def __iter__(self) -> Iterator[str]:
        raise AssertionError

    def __len__(self) -> int:
        raise AssertionError


def test_certificates_by_name_reach_their_check_as_they_are():
    def certs(_request: WebhookRequest, secrets: Configured, _now: datetime) -> str | None:
        found = secrets["certs"]
        assert isinstance(found, Mapping)
        assert texts(secrets, "certs") == ()
        return None if found["https://sns.example"] == "certificate of https://sns.example" else "no"

    verify(post(b""), {"certs": Fetching()}, {"certs": certs})
    verify(
        post(b""), {"certs": {"https://sns.example": "certificate of https://sns.example"}}, {"certs": certs}
    )


def test_certificates_are_no_password():
    refused(with_password(b""), {"basic_auth": {"hooks": "correct horse"}}, "are others")


def test_texts_of_a_name_are_what_is_configured():
    known = credentials.configured({"a": "1", "b": ["2", "", "3"], "c": {"d": "4"}})
    assert [texts(known, name) for name in "abcd"] == [("1",), ("2", "3"), (), ()]


@given(
    name=st.sampled_from(["Authorization", "X-Ats-Key"]),
    value=st.text() | st.from_regex(r"(Basic|Bearer) .*", fullmatch=True),
)
def test_whatever_else_is_presented_is_refused_without_content(name: str, value: str):
    for secrets in ({"basic_auth": PASSWORD}, BEARER, HEADER):
        with pytest.raises(Unauthenticated) as refusal:
            verify(post(b"", {name: value}), secrets)
        assert not any(text in str(refusal.value) for text in ("correct horse", "t0k3n", "sesame"))


def test_lone_surrogates_are_refused_and_not_raised():
    for value in ("Bearer \ud800", "Basic \ud800"):
        refused(authorization(value), BEARER, "bearer_token")
    refused(post(b"", {"X-Ats-Key": "\ud800"}), HEADER, "custom_header")


AT = datetime(2026, 11, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize("seconds", [-300, -1, 0, 1, 300])
def test_a_signed_time_is_fresh_for_five_minutes_either_way(seconds: int):
    assert staleness(str(int(AT.timestamp())), AT + timedelta(seconds=seconds)) is None


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_after_that_it_is_not(seconds: int):
    assert "300 s" in (staleness(str(int(AT.timestamp())), AT + timedelta(seconds=seconds)) or "")


def test_a_vendor_that_retries_with_the_first_signature_has_a_window_of_its_own():
    day = timedelta(days=1)
    assert staleness(str(int(AT.timestamp())), AT + day, day) is None
    assert "86400 s" in (staleness(str(int(AT.timestamp())), AT + 2 * day, day) or "")


@pytest.mark.parametrize("text", ["", " ", "soon", "-1", "1.5", "1e9", "0x1", "1" * 13, "١٧٩٤", "1 ", "²"])
def test_what_is_no_time_in_seconds_is_stale(text: str):
    assert "in seconds" in (staleness(text, AT) or "")


@given(st.text())
def test_any_text_is_fresh_or_stale(text: str):
    assert staleness(text, AT) is None or isinstance(staleness(text, AT), str)
