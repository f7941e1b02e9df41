"""Mailgun's signature, which does not cover the event: what is checked is what is remembered."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger import Ledger
from deliveryledger.domain.reports import Reading
from deliveryledger.errors import ReplayRefused, Unauthenticated
from deliveryledger.inbound.providers.mailgun import MAILGUN
from tests.inbound.examples.mailgun import EXAMPLE, KEY, OTHER_KEY, TOKEN, proof, with_proof
from tests.inbound.requests import NOW, post
from tests.inbound.test_forms import FIELD, multipart

GOOD = EXAMPLE.good["event-data"]
SECRETS = EXAMPLE.secrets
OTHER_TOKEN = TOKEN[::-1]


def accepts(body: bytes, key: str = KEY) -> Reading | None:
    try:
        return MAILGUN.read(post(body), {"signing_key": key}, now=NOW)
    except Unauthenticated:
        return None


@pytest.mark.parametrize("hours", [-12, -8, 0, 12])
def test_a_signature_is_good_for_as_long_as_mailgun_tries(hours: int):
    request = with_proof(EXAMPLE.body(EXAMPLE.good), at=NOW + timedelta(hours=hours))
    assert MAILGUN.read(request, SECRETS, now=NOW).reports


@pytest.mark.parametrize("seconds", [-12 * 3_600 - 1, 12 * 3_600 + 1])
def test_a_stale_signature_is_refused(seconds: int):
    request = with_proof(EXAMPLE.body(EXAMPLE.good), at=NOW + timedelta(seconds=seconds))
    with pytest.raises(Unauthenticated, match="from now"):
        MAILGUN.read(request, SECRETS, now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": ""},
        {"signature": None},
        {"signature": "no hex"},
        {"signature": "00" * 32},
        {"signature": proof()["signature"][:-2]},
        {"signature": ["a"]},
        {"token": ""},
        {"token": None},
        {"token": OTHER_TOKEN},
        {"token": TOKEN.upper()},
        {"token": TOKEN + " "},
        {"token": "x" * 101},
        {"timestamp": ""},
        {"timestamp": None},
        {"timestamp": "soon"},
        {"timestamp": str(int(NOW.timestamp()) + 1)},
        {"timestamp": f"{int(NOW.timestamp())}.0"},
        {"timestamp": "١٧٩٤٦٥٧٦٠٠"},
    ],
)
def test_a_proof_that_is_wrong_in_one_way_is_refused(wrong: dict[str, Any]):
    assert not accepts(json.dumps({**EXAMPLE.good, "signature": {**proof(), **wrong}}).encode())


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"signature":7}', b'{"signature":null}', b"[]", b"a=b", b"--b\r\n"]
)
def test_a_body_without_a_proof_is_refused(body: bytes):
    assert not accepts(body)


def test_a_number_as_time_is_as_good_as_a_text():
    signed = {**proof(), "timestamp": int(NOW.timestamp())}
    assert accepts(json.dumps({**EXAMPLE.good, "signature": signed}).encode())


def test_the_border_between_time_and_token_cannot_be_moved():
    """They are signed without a separator: another border would be another token with the same digest."""
    time = str(int(NOW.timestamp()))
    for border in (9, 11):
        moved = {**proof(), "timestamp": (time + TOKEN)[:border], "token": (time + TOKEN)[border:]}
        assert not accepts(json.dumps({**EXAMPLE.good, "signature": moved}).encode())


def test_for_a_subaccount_the_main_accounts_key_is_enough():
    both = {**proof(OTHER_KEY), "parent-signature": proof()["signature"]}
    body = json.dumps({**EXAMPLE.good, "signature": both}).encode()
    assert accepts(body, KEY)
    assert accepts(body, OTHER_KEY)
    assert not accepts(body, "a third")


def test_the_token_that_was_checked_is_the_one_that_is_remembered():
    reading = MAILGUN.read(with_proof(EXAMPLE.body(EXAMPLE.good)), SECRETS, now=NOW)
    assert reading.replay_key == f"mailgun/{TOKEN}"
    assert MAILGUN.signs_body is False


PROOFS = (
    proof(),
    proof(OTHER_KEY, OTHER_TOKEN),
    {},
    {"token": OTHER_TOKEN},
    {"Token": TOKEN, **proof(OTHER_KEY)},
)
NAMES = ("signature", "Signature", "sig\\u006eature", "event-data", "token")


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(PROOFS)), max_size=6), st.booleans())
def test_no_json_body_has_one_token_checked_and_another_remembered(members, doubled):
    texts = [f'"{name}":{json.dumps(value)}' for name, value in members]
    if doubled:
        texts.append(f'"signature":{{"token":"{OTHER_TOKEN}",{json.dumps(proof())[1:]}')
    reading = accepts(("{" + ",".join(texts) + "}").encode())
    assert reading is None or reading.replay_key == f"mailgun/{TOKEN}"


@given(
    st.lists(
        st.tuples(st.sampled_from(("token", "Token", "timestamp", "signature", "parent-signature", "event")),
                  st.sampled_from((*proof().values(), *proof(OTHER_KEY, OTHER_TOKEN).values()))),
        max_size=8,
    ),
    st.booleans(),
)  # fmt: skip
def test_no_form_has_one_token_checked_and_another_remembered(fields, is_multipart):
    body = multipart(*((FIELD.format(name), value) for name, value in fields)) if is_multipart else None
    reading = accepts(body or urlencode(fields).encode())
    assert reading is None or reading.replay_key == f"mailgun/{TOKEN}"


@pytest.mark.parametrize(
    "event", [{}, {"event": "failed", "timestamp": []}, EXAMPLE.bad["event-data"], [], None, 7]
)
def test_a_token_is_spent_whatever_the_event_is(event: object):
    request = with_proof(json.dumps({"event-data": event}).encode())
    reading = MAILGUN.read(request, SECRETS, now=NOW)
    assert not reading.reports
    assert reading.replay_key == f"mailgun/{TOKEN}"


def test_the_ledger_refuses_a_token_with_another_event():
    """Whoever sees one request has a signature for any event: the token is what stops it."""
    forged = {"event-data": {**GOOD, "recipient": "grace.hopper@example.org"}}
    with Ledger.open(":memory:") as ledger:
        first = MAILGUN.read(with_proof(EXAMPLE.body(EXAMPLE.good)), SECRETS, now=NOW)
        assert ledger.record(first).unmatched == 1
        assert ledger.record(first).repeats == 1
        with pytest.raises(ReplayRefused):
            ledger.record(MAILGUN.read(with_proof(EXAMPLE.body(forged)), SECRETS, now=NOW))


def test_a_token_is_good_once_for_all_accounts_that_have_one_key():
    forged = {"event-data": {**GOOD, "recipient": "grace.hopper@example.org"}}
    with Ledger.open(":memory:") as ledger:
        request = with_proof(EXAMPLE.body(EXAMPLE.good))
        assert ledger.record(MAILGUN.read(request, SECRETS, account="eu", now=NOW)).unmatched == 1
        assert ledger.record(MAILGUN.read(request, SECRETS, account="eu", now=NOW)).repeats == 1
        assert ledger.record(MAILGUN.read(request, SECRETS, account="us", now=NOW)).unmatched == 0
        other = MAILGUN.read(with_proof(EXAMPLE.body(forged)), SECRETS, account="us", now=NOW)
        with pytest.raises(ReplayRefused):
            ledger.record(other)
