"""Ids and stream names."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.domain import identifiers
from deliveryledger.domain.identifiers import (
    MAX_LENGTH,
    check_candidate_id,
    check_id,
    check_tenant,
    parse_stream,
    same_actor,
    uuid7,
)
from deliveryledger.errors import InvalidIdentifier

NOW = datetime(2026, 11, 14, 8, 30, tzinfo=UTC)
TENANTS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True)
IDS = st.text(st.characters().filter(str.isprintable), min_size=1, max_size=MAX_LENGTH)
STREAMS = [
    identifiers.message_stream,
    identifiers.candidate_email_stream,
    identifiers.suppression_filter_stream,
    identifiers.incident_stream,
    identifiers.intake_stream,
]


@given(TENANTS, IDS)
def test_a_stream_name_comes_apart_again(owner: str, id_: str):
    assert check_tenant(owner) == owner
    assert check_id(id_, "id") == id_
    for stream in STREAMS:
        name = parse_stream(stream(owner, id_))
        assert (f"{name.category}_stream", name.owner, name.id) == (stream.__name__, owner, id_)


@pytest.mark.parametrize("tenant", ["", "a:b", "a b", "-a", ".a", "a" * 65, "å", "a\n", "a/b"])
def test_what_is_no_tenant(tenant: str):
    with pytest.raises(InvalidIdentifier):
        check_tenant(tenant)


@pytest.mark.parametrize("id_", ["", "a" * (MAX_LENGTH + 1), "a\nb", "a\x00", "\ud800"])
def test_what_is_no_id(id_: str):
    with pytest.raises(InvalidIdentifier, match="use a message id"):
        check_id(id_, "message id")


def test_an_error_names_the_id_with_its_article():
    for id_ in ("", "ada@gmail.com"):
        with pytest.raises(InvalidIdentifier, match="use an actor id"):
            check_id(id_, "actor id")


@pytest.mark.parametrize("id_", ["ada@gmail.com", "å@räksmörgås.se"])
def test_a_candidate_id_is_no_address(id_: str):
    with pytest.raises(InvalidIdentifier) as refusal:
        check_candidate_id(id_)
    assert id_ not in str(refusal.value)


@pytest.mark.parametrize("id_", ["cand-7", "42", "a@b", "ada @ gmail.com", "x:y@z"])
def test_what_only_looks_a_little_like_one_is(id_: str):
    assert check_candidate_id(id_) == id_


@pytest.mark.parametrize("other", ["sup-1", "SUP-1 ", "\tSup-1", "ｓｕｐ-1", "ſup-1"])
def test_an_actor_is_the_same_however_written(other: str):
    assert same_actor("sup-1", other)
    assert not same_actor("sup-2", other)


@given(st.binary(min_size=10, max_size=16), st.integers(1, 10_000))
def test_message_ids_are_uuids_that_sort_by_time(randomness: bytes, milliseconds: int):
    first, later = uuid7(NOW, b"\xff" * 10), uuid7(NOW + timedelta(milliseconds=milliseconds), randomness)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", later)
    assert first < later
