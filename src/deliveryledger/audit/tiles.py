"""Tiles: the hashes of a tree in pieces of 256, level by level, so that they can be kept and read in pieces.

Tile ``number`` of level ``n`` holds up to 256 hashes, each the root over ``256**n`` leaves. Only the last
tile of a level grows; a full one never changes.
"""

from collections.abc import Callable, Iterator, Sequence

from .leaves import HASH
from .merkle import Node, root, subtree_root

WIDTH = 256
"""Hashes in a full tile."""
_LEVELS = 8
"""Levels of the tree that a tile spans."""
FULL = WIDTH * HASH
"""Bytes of a full tile."""

ReadTile = Callable[[int, int], bytes]
"""(level, number) -> the hashes of a tile, one after the other."""


def hashes_of(blob: bytes) -> list[bytes]:
    """The hashes, one by one."""
    return [blob[at : at + HASH] for at in range(0, len(blob), HASH)]


def node_from(read_tile: ReadTile) -> Node:
    """Nodes of the tree whose tiles these are. A tile that is too short raises ValueError."""

    def node(level: int, index: int) -> bytes:
        tile_level, above = divmod(level, _LEVELS)
        count = 1 << above
        number, offset = divmod(index << above, WIDTH)
        blob = read_tile(tile_level, number)[offset * HASH : (offset + count) * HASH]
        if len(blob) != count * HASH:
            raise ValueError("a tile is too short")  # the keeper of the tiles gives it a name
        return subtree_root(hashes_of(blob))

    return node


def grown(read_tile: ReadTile, size: int, leaves: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """The tiles (level, number) that are new or have changed when leaves are added to ``size`` others."""
    tiles: dict[tuple[int, int], bytes] = {}
    level, start, hashes = 0, size, list(leaves)
    while hashes:
        number, filled = divmod(start, WIDTH)
        before = read_tile(level, number) if filled else b""
        if len(before) != filled * HASH:
            raise ValueError("a tile is too short")
        roots = []
        for tile in _cut(before + b"".join(hashes)):
            tiles[level, number] = tile
            number += 1
            if len(tile) == FULL:
                roots.append(subtree_root(hashes_of(tile)))
        level, start, hashes = level + 1, start // WIDTH, roots
    return tiles


def _cut(blob: bytes) -> Iterator[bytes]:
    return (blob[at : at + FULL] for at in range(0, len(blob), FULL))


class Recount:
    """Counts a whole tree from its leaves, once, and knows the roots at sizes that were asked for before.

    Of every full tile only the root is kept: an eighth of a byte per leaf.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        # Tile number -> its leaves.
        self._wanted: dict[int, list[bytes]] = {size // WIDTH: [] for size in sizes}
        self._open: list[bytes] = []
        self.size = 0
        self.roots: list[bytes] = []
        """The roots of the full tiles: the hashes of level 1."""

    def add(self, leaves: Sequence[bytes]) -> None:
        """Take the next leaves' hashes."""
        self.size += len(leaves)
        self._open.extend(leaves)
        full = len(self._open) - len(self._open) % WIDTH
        for at in range(0, full, WIDTH):
            self._close(self._open[at : at + WIDTH])
        del self._open[:full]

    def _close(self, tile: list[bytes]) -> None:
        if (number := len(self.roots)) in self._wanted:
            self._wanted[number] = tile
        self.roots.append(subtree_root(tile))

    def root(self, size: int) -> bytes:
        """The root at a size that was asked for, or at the present one."""
        number = size // WIDTH
        partial = self._open if number == len(self.roots) else self._wanted[number]

        def node(level: int, index: int) -> bytes:
            if level < _LEVELS:
                first = (index << level) - number * WIDTH
                return subtree_root(partial[first : first + (1 << level)])
            above = level - _LEVELS
            return subtree_root(self.roots[index << above : (index + 1) << above])

        return root(size, node)

    def upper_levels(self, size: int) -> Iterator[tuple[int, bytes]]:
        """(level, all hashes) of the levels above the leaves, at a size up to the present one."""
        level, hashes = 1, self.roots[: size // WIDTH]
        while hashes:
            yield level, b"".join(hashes)
            full = len(hashes) - len(hashes) % WIDTH
            hashes = [subtree_root(hashes[at : at + WIDTH]) for at in range(0, full, WIDTH)]
            level += 1
