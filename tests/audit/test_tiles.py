"""Tiles: the tree in pieces, grown by any steps, gives the same nodes and roots as the whole."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger.audit.leaves import HASH
from deliveryledger.audit.merkle import consistency_proof, inclusion_proof, root, verify_inclusion
from deliveryledger.audit.tiles import FULL, WIDTH, Recount, grown, hashes_of, node_from
from tests.audit.test_merkle import mth, path, subproof

LEAVES = [sha256(b"%d" % n).digest() for n in range(66_000)]
Tiles = dict[tuple[int, int], bytes]


def grow(tiles: Tiles, size: int, leaves: list[bytes]) -> None:
    tiles.update(grown(lambda level, number: tiles[level, number], size, leaves))


def tiles_of(size: int, steps: list[int]) -> Tiles:
    tiles: Tiles = {}
    done = 0
    for step in [*steps, size]:
        step = min(step, size - done)
        grow(tiles, done, LEAVES[done : done + step])
        done += step
    return tiles


@given(st.integers(0, 1_500), st.lists(st.integers(0, 700), max_size=6))
@settings(max_examples=40)
def test_the_tiles_are_the_same_whatever_the_steps(size: int, steps: list[int]) -> None:
    tiles = tiles_of(size, steps)
    assert tiles == tiles_of(size, [])
    blob = b"".join(tiles[0, number] for number in range(-(-size // WIDTH)))
    assert hashes_of(blob) == LEAVES[:size]
    assert sum(len(tile) for (level, _), tile in tiles.items() if level == 1) == size // WIDTH * HASH


@given(st.integers(1, 1_500), st.data())
@settings(max_examples=40)
def test_proofs_from_tiles_are_those_of_the_rfc(size: int, data: st.DataObject) -> None:
    tiles = tiles_of(size, [])
    node = node_from(lambda level, number: tiles[level, number])
    leaves, index = LEAVES[:size], data.draw(st.integers(0, size - 1))
    assert root(size, node) == mth(leaves)
    assert inclusion_proof(index, size, node) == path(index, leaves)
    assert consistency_proof(index + 1, size, node) == subproof(index + 1, leaves, True)


def test_a_tree_with_three_levels_of_tiles() -> None:
    size = 65_536 + 300
    tiles = tiles_of(size, [])
    node = node_from(lambda level, number: tiles[level, number])
    assert len(tiles[2, 0]) == HASH
    assert len(tiles[0, 255]) == FULL
    head = root(size, node)
    assert head == mth(LEAVES[:size])
    for index in (0, 65_535, 65_536, size - 1):
        assert verify_inclusion(LEAVES[index], index, size, inclusion_proof(index, size, node), head)
    recount = Recount([65_536, 65_535, 300])
    recount.add(LEAVES[:size])
    assert recount.root(size) == head
    assert recount.root(65_536) == mth(LEAVES[:65_536])
    assert recount.root(65_535) == mth(LEAVES[:65_535])
    assert recount.root(300) == mth(LEAVES[:300])
    assert dict(recount.upper_levels(size)) == {
        level: b"".join(tiles[level, number] for number in range(count)) for level, count in ((1, 2), (2, 1))
    }


@given(st.integers(0, 1_500), st.lists(st.integers(0, 1_500), max_size=5), st.lists(st.integers(0, 700)))
@settings(max_examples=40)
def test_a_recount_knows_the_roots_that_were_asked_for(size: int, sizes: list[int], steps: list[int]) -> None:
    recount, done = Recount(sizes), 0
    for step in [*steps, size]:
        step = min(step, size - done)
        recount.add(LEAVES[done : done + step])
        done += step
    assert recount.size == size
    for asked in {*sizes, size}:
        if asked <= size:
            assert recount.root(asked) == mth(LEAVES[:asked])


def test_a_tile_that_is_too_short_is_not_taken_for_a_tree() -> None:
    tiles = tiles_of(600, [])
    tiles[0, 1] = tiles[0, 1][:-HASH]
    node = node_from(lambda level, number: tiles[level, number])
    with pytest.raises(ValueError, match="too short"):
        inclusion_proof(256, 600, node)
    tiles[0, 2] = tiles[0, 2][:-1]
    with pytest.raises(ValueError, match="too short"):
        grow(tiles, 600, LEAVES[600:601])
