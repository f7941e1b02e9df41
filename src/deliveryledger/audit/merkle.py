"""Merkle trees (RFC 6962, 2.1): roots, inclusion and consistency proofs, and their verification.

A tree is asked through ``node(level, index)``: the root of the complete subtree over the leaves
``index * 2**level`` up to ``(index + 1) * 2**level``. So a proof costs O(log n) wherever the hashes are kept.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

Node = Callable[[int, int], bytes]
"""(level, index) -> hash; level 0 are the leaves."""

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\1" + left + right).digest()


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes, whose number is a power of two."""
    level = list(hashes)
    while len(level) > 1:
        level = [
            sha256(b"\1" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)
        ]
    return level[0]


def root(size: int, node: Node) -> bytes:
    """The root of the tree over the first ``size`` leaves."""
    return _root(0, size, node) if size else EMPTY


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962, 2.1.1: from the leaf's sibling up to the root's child."""
    start, stop, path = 0, size, []
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(_root(middle, stop, node))
            stop = middle
        else:
            path.append(_root(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962, 2.1.2; empty if ``old`` is 0 or ``new``."""
    if old == 0:
        return []
    start, stop, path = 0, new, []
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            path.append(_root(middle, stop, node))
            stop = middle
        else:
            path.append(_root(start, middle, node))
            start = middle
    if start:
        path.append(_root(start, stop, node))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether the leaf's hash is at that index of the tree with that root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _up_while_left(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == expected


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the tree with the new root begins with the tree with the old root (RFC 9162, 2.1.4.2).

    The RFC leaves the empty tree out; every tree begins with it.
    """
    if old == 0 or old == new:
        return not proof and old_root == (new_root if old else EMPTY)
    if not 0 < old < new:
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_old, found_new = node_hash(sibling, found_old), node_hash(sibling, found_new)
            place, last = _up_while_left(place, last)
        else:
            found_new = node_hash(found_new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found_old == old_root and found_new == new_root


def _up_while_left(place: int, last: int) -> tuple[int, int]:
    # The last node of a level has no sibling there: it moves up unchanged until it is a right child.
    while not place & 1 and place:
        place, last = place >> 1, last >> 1
    return place, last


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1


def _root(start: int, stop: int, node: Node) -> bytes:
    """The root over a range that begins where a subtree of its size begins."""
    subtrees = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        subtrees.append(node(level, start >> level))
        start += 1 << level
    found = subtrees.pop()
    while subtrees:
        found = node_hash(subtrees.pop(), found)
    return found
