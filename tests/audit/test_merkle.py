"""RFC 6962 and RFC 9162: known vectors, and the RFC's recursive definitions as an oracle."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.audit.merkle import (
    EMPTY,
    Node,
    consistency_proof,
    inclusion_proof,
    node_hash,
    root,
    subtree_root,
    verify_consistency,
    verify_inclusion,
)

# The vectors of the reference implementation of Certificate Transparency.
INPUTS = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    bytes(range(0x50, 0x58)),
    bytes(range(0x60, 0x70)),
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
INCLUSION = [
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], B, D]),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [A, B, C]),
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", E, ROOTS[4]]),
    (2, 5, [B, D]),
]
LEAVES = [sha256(b"\0" + each).digest() for each in INPUTS]


def unhex(hashes: list[str]) -> list[bytes]:
    return [bytes.fromhex(each) for each in hashes]


# --- the definitions of RFC 6962, 2.1, word by word -------------------------------------------------


def k(n: int) -> int:
    """The largest power of two smaller than n."""
    power = 1
    while power * 2 < n:
        power *= 2
    return power


def mth(d: list[bytes]) -> bytes:
    """Of leaves that are hashed already."""
    if not d:
        return sha256(b"").digest()
    if len(d) == 1:
        return d[0]
    return sha256(b"\x01" + mth(d[: k(len(d))]) + mth(d[k(len(d)) :])).digest()


def path(m: int, d: list[bytes]) -> list[bytes]:
    n = len(d)
    if n == 1:
        return []
    if m < k(n):
        return [*path(m, d[: k(n)]), mth(d[k(n) :])]
    return [*path(m - k(n), d[k(n) :]), mth(d[: k(n)])]


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    n = len(d)
    if m == n:
        return [] if b else [mth(d)]
    if m <= k(n):
        return [*subproof(m, d[: k(n)], b), mth(d[k(n) :])]
    return [*subproof(m - k(n), d[k(n) :], False), mth(d[: k(n)])]


def node_of(leaves: list[bytes]) -> Node:
    def node(level: int, index: int) -> bytes:
        part = leaves[index << level : (index + 1) << level]
        assert len(part) == 1 << level, "only complete subtrees are asked for"
        return mth(part)

    return node


# --- vectors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference_implementation(size: int) -> None:
    assert root(size, node_of(LEAVES)).hex() == ROOTS[size]
    assert EMPTY.hex() == ROOTS[0]


@pytest.mark.parametrize(("index", "size", "hashes"), INCLUSION)
def test_inclusion_proofs_are_those_of_the_reference_implementation(
    index: int, size: int, hashes: list[str]
) -> None:
    assert inclusion_proof(index, size, node_of(LEAVES)) == unhex(hashes)
    assert verify_inclusion(LEAVES[index], index, size, unhex(hashes), bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new", "hashes"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_reference_implementation(
    old: int, new: int, hashes: list[str]
) -> None:
    assert consistency_proof(old, new, node_of(LEAVES)) == unhex(hashes)
    assert verify_consistency(old, new, unhex(hashes), *unhex([ROOTS[old], ROOTS[new]]))


def test_the_example_tree_of_the_rfc() -> None:
    # RFC 6962, 2.1.3: seven leaves; the proofs are given by the names of the nodes.
    a, b, c, d, e, f, j = leaves = [bytes([n]) * 32 for n in range(7)]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k_, l_ = node_hash(g, h), node_hash(i, j)
    tree = node_of(leaves)
    assert inclusion_proof(0, 7, tree) == [b, h, l_]
    assert inclusion_proof(3, 7, tree) == [c, g, l_]
    assert inclusion_proof(4, 7, tree) == [f, j, k_]
    assert inclusion_proof(6, 7, tree) == [i, k_]
    assert consistency_proof(3, 7, tree) == [c, d, g, l_]
    assert consistency_proof(4, 7, tree) == [l_]
    assert consistency_proof(6, 7, tree) == [i, j, k_]


# --- properties -------------------------------------------------------------------------------------

SIZES = st.integers(1, 70)


def leaves_of(size: int) -> list[bytes]:
    return [sha256(b"%d" % n).digest() for n in range(size)]


def changed(proof: list[bytes]) -> list[list[bytes]]:
    """Every proof that is nearly this one."""
    others = [proof[:at] + proof[at + 1 :] for at in range(len(proof))]
    others += [[*proof[:at], bytes(32), *proof[at:]] for at in range(len(proof) + 1)]
    others += [[*proof[:at], bytes(32), *proof[at + 1 :]] for at in range(len(proof))]
    others += [[*proof[:at], proof[at + 1], proof[at], *proof[at + 2 :]] for at in range(len(proof) - 1)]
    return [other for other in others if other != proof]


@given(SIZES, st.data())
def test_inclusion_is_proved_as_the_rfc_defines_it_and_nothing_else_is(
    size: int, data: st.DataObject
) -> None:
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    head = root(size, node_of(leaves))
    proof = inclusion_proof(index, size, node_of(leaves))
    assert head == mth(leaves)
    assert proof == path(index, leaves)
    assert verify_inclusion(leaves[index], index, size, proof, head)
    assert not verify_inclusion(sha256(b"another").digest(), index, size, proof, head)
    assert not verify_inclusion(leaves[index], index, size, proof, bytes(32))
    for other in {index - 1, index + 1, index ^ 1, index + size, -1} - {index}:
        assert not verify_inclusion(leaves[index], other, size, proof, head)
    for forged in changed(proof):
        assert not verify_inclusion(leaves[index], index, size, forged, head)


@given(SIZES, st.data())
def test_consistency_is_proved_as_the_rfc_defines_it_and_nothing_else_is(
    size: int, data: st.DataObject
) -> None:
    leaves = leaves_of(size)
    old = data.draw(st.integers(1, size))
    before, now = mth(leaves[:old]), mth(leaves)
    proof = consistency_proof(old, size, node_of(leaves))
    assert proof == subproof(old, leaves, True)
    assert verify_consistency(old, size, proof, before, now)
    assert not verify_consistency(old, size, proof, bytes(32), now)
    assert not verify_consistency(old, size, proof, before, bytes(32))
    for forged in changed(proof):
        assert not verify_consistency(old, size, forged, before, now)


@given(SIZES, st.data())
def test_a_rewritten_beginning_cannot_be_proved_consistent(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    old = data.draw(st.integers(1, size))
    rewritten = list(leaves)
    rewritten[data.draw(st.integers(0, old - 1))] = sha256(b"rewritten").digest()
    proof = consistency_proof(old, size, node_of(rewritten))
    assert not verify_consistency(old, size, proof, mth(leaves[:old]), mth(rewritten))


@given(SIZES)
def test_every_tree_begins_with_the_empty_one(size: int) -> None:
    leaves = leaves_of(size)
    assert consistency_proof(0, size, node_of(leaves)) == []
    assert verify_consistency(0, size, [], EMPTY, mth(leaves))
    assert not verify_consistency(0, size, [], mth(leaves), mth(leaves))
    assert not verify_consistency(0, size, [EMPTY], EMPTY, mth(leaves))


@pytest.mark.parametrize("old", [1, 2, 3, 4])
def test_growth_is_not_proved_by_nothing(old: int) -> None:
    assert not verify_consistency(old, 5, [], mth(LEAVES[:old]), mth(LEAVES[:5]))


def test_a_shorter_tree_extends_nothing() -> None:
    assert not verify_consistency(3, 2, [bytes(32)], mth(LEAVES[:3]), mth(LEAVES[:2]))
    assert not verify_consistency(-1, 2, [bytes(32)], mth(LEAVES[:1]), mth(LEAVES[:2]))
    assert not verify_inclusion(LEAVES[0], 0, 0, [], EMPTY)


@pytest.mark.parametrize("level", range(5))
def test_subtree_root_is_the_root_of_a_complete_tree(level: int) -> None:
    leaves = leaves_of(1 << level)
    assert subtree_root(leaves) == mth(leaves)
