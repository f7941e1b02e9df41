"""The bytes that are hashed of an event."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.audit.leaves import Leaf, leaf_data, leaf_hash, leaf_hashes, read_leaf
from deliveryledger.errors import InvalidProof

LEAF = Leaf("message-default:msg-1", 2, "MessageSubmitted", b'{"a":"\xc3\xa5"}')
DATA = (
    b"\0\0\0\x15message-default:msg-1"
    b"\0\0\0\0\0\0\0\x02"
    b"\0\0\0\x10MessageSubmitted"
    b'\0\0\0\0\0\0\0\x0a{"a":"\xc3\xa5"}'
)
LEAVES = st.builds(Leaf, st.text(), st.integers(0, 2**63 - 1), st.text(), st.binary())


def test_the_form_of_a_leaf_is_fixed() -> None:
    # Frozen: every checkpoint ever exported depends on it.
    assert leaf_data(*LEAF) == DATA
    assert leaf_hash(*LEAF) == sha256(b"\0" + DATA).digest()


@given(st.lists(LEAVES))
def test_many_are_hashed_like_one_and_the_position_is_left_out(leaves: list[Leaf]) -> None:
    rows = [(position * 7, *leaf) for position, leaf in enumerate(leaves)]
    assert leaf_hashes(rows) == [leaf_hash(*leaf) for leaf in leaves]


@given(LEAVES)
def test_a_leaf_is_read_as_it_was_written(leaf: Leaf) -> None:
    assert read_leaf(leaf_data(*leaf)) == leaf


@given(LEAVES, LEAVES)
def test_different_events_have_different_leaves(one: Leaf, other: Leaf) -> None:
    assert (leaf_data(*one) == leaf_data(*other)) == (one == other)


@given(LEAVES, st.data())
def test_a_leaf_that_is_cut_or_has_more_is_refused(leaf: Leaf, data: st.DataObject) -> None:
    whole = leaf_data(*leaf)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    for broken in (cut, whole + b"\0"):
        with pytest.raises(InvalidProof):
            read_leaf(broken)


def test_a_leaf_that_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidProof):
        read_leaf(DATA.replace(b"message-", b"m\xffssage-"))


@pytest.mark.parametrize(
    "row",
    [
        (1, "s", -1, "n", b""),
        (1, "s", 1, "n", "text"),
        (1, b"s", 1, "n", b""),
        (1, "s", 1.5, "n", b""),
        (1, "s", 1, None, b""),
        (1, "s", 1, "n", None),
    ],
)
def test_a_row_that_only_an_intruder_can_have_made_is_hashed_as_something_else(row: tuple) -> None:  # type: ignore[type-arg]
    good = (1, "s", 1, "n", b"")
    hashed = leaf_hashes([good, row, good])
    assert hashed[0] == hashed[2] == leaf_hash(*good[1:])
    assert hashed[1] not in (hashed[0], leaf_hash("s", 1, "n", b"text"))
