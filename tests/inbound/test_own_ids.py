"""Our own ids, where they come back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.inbound.own_ids import own_ids, own_ids_in

OURS = {"deliveryledger_message_id": "msg-1", "deliveryledger_tenant": "acme"}
TEXT = '{"deliveryledger_message_id": "msg-1", "deliveryledger_tenant": "acme"}'
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@pytest.mark.parametrize("metadata", [OURS, TEXT, {**OURS, "other": [1]}])
def test_metadata_is_an_object_or_the_text_of_one(metadata: object):
    assert own_ids_in(metadata) == ("msg-1", "acme")


def test_a_message_id_may_stand_alone_and_a_tenant_may_not():
    assert own_ids_in({"deliveryledger_message_id": "msg-1"}) == ("msg-1", None)
    assert own_ids_in({"deliveryledger_tenant": "acme"}) == (None, None)


@pytest.mark.parametrize(
    "metadata",
    [
        None, "", "text", "[]", "7", "{", "{}", [], [OURS], 7, {},
        {"deliveryledger_message_id": None},
        {"deliveryledger_message_id": ""},
        {"deliveryledger_message_id": 7},
        {"deliveryledger_message_id": ["msg-1"]},
        {"deliveryledger_message_id": "x" * 201},
        {"deliveryledger_message_id": "a\nb"},
        {**OURS, "deliveryledger_tenant": "not a tenant!"},
        "[" * 100_000,
    ],
)  # fmt: skip
def test_what_cannot_be_ours_is_none_of_ours(metadata: object):
    assert own_ids_in(metadata) == (None, None)


@given(JSON, JSON, JSON)
def test_whatever_comes_back_raises_nothing(metadata: Any, message_id: Any, tenant: Any):
    for found in (own_ids_in(metadata), own_ids(message_id, tenant)):
        assert len(found) == 2


@given(st.text(max_size=300))
def test_any_text_raises_nothing(text: str):
    assert own_ids_in(text) == (None, None)
