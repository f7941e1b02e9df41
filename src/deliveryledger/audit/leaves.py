"""Leaves: what of a stored event is hashed, and how.

The leaf of an event is ``u32 length, stream, u64 version, u32 length, name, u64 length, stored bytes``,
numbers big-endian, texts in UTF-8; its hash is ``SHA-256(0x00 || leaf)`` (RFC 6962, 2.1). The position is
left out, so that a log which was moved to another database keeps its root.
"""

import struct
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from ..errors import InvalidProof

HASH = 32
"""Bytes of a hash."""
Row = tuple[int, str, int, str, bytes]
"""An event as it is stored: (position, stream, version, name, bytes)."""

_U32, _U64 = struct.Struct(">I"), struct.Struct(">Q")
_ALL_64_BITS = 2**64 - 1


class Leaf(NamedTuple):
    """The parts of a leaf."""

    stream: str
    version: int
    name: str
    data: bytes

    @property
    def event_id(self) -> str:
        """``<stream>@<version>``."""
        return f"{self.stream}@{self.version}"


def event_id(row: Row) -> str:
    """``<stream>@<version>`` of a stored event."""
    return f"{row[1]}@{row[2]}"


def leaf_data(stream: str, version: int, name: str, data: bytes) -> bytes:
    """The bytes that are hashed."""
    streams, names = stream.encode(), name.encode()
    return b"%b%b%b%b%b%b%b" % (
        _U32.pack(len(streams)),
        streams,
        # A row that was tampered with may have a version below nought; it must be named, not raise.
        _U64.pack(version & _ALL_64_BITS),
        _U32.pack(len(names)),
        names,
        _U64.pack(len(data)),
        data,
    )


def leaf_hash(stream: str, version: int, name: str, data: bytes) -> bytes:
    """The hash of one leaf."""
    return sha256(b"\0" + leaf_data(stream, version, name, data)).digest()


def leaf_hashes(rows: Sequence[Row]) -> list[bytes]:
    """The hashes of many leaves: :func:`leaf_hash` of each, in a third of the time."""
    try:
        return list(_fast_hashes(rows))
    except (TypeError, AttributeError, struct.error):
        # Only a table that was made anew without its types can hold such a row: hashed, so that it is named.
        return [
            sha256(b"\xff" + repr(row[1:]).encode()).digest() if _is_odd(row) else leaf_hash(*row[1:])
            for row in rows
        ]


def _fast_hashes(rows: Iterable[Row]) -> Iterable[bytes]:
    short, long = _U32.pack, _U64.pack
    middles: dict[tuple[int, str], bytes] = {}  # few versions and names, many events
    for _, stream, version, name, data in rows:
        middle = middles.get((version, name))
        if middle is None:
            names = name.encode()
            middle = middles[version, name] = long(version & _ALL_64_BITS) + short(len(names)) + names
        streams = stream.encode()
        yield sha256(b"\0%b%b%b%b%b" % (short(len(streams)), streams, middle, long(len(data)), data)).digest()


def _is_odd(row: Row) -> bool:
    return [type(value) for value in row[1:]] != [str, int, str, bytes]


def read_leaf(leaf: bytes) -> Leaf:
    """The parts of a leaf that came from outside. Raises InvalidProof."""
    try:
        stream, rest = _take(leaf, _U32)
        (version,) = _U64.unpack(rest[:8])
        name, rest = _take(rest[8:], _U32)
        data, rest = _take(rest, _U64)
        if not rest:
            return Leaf(stream.decode(), version, name.decode(), data)
    except (struct.error, UnicodeDecodeError):
        pass
    raise InvalidProof("read a proof", "its event is not in the form of a leaf", "ask for the proof again")


def _take(data: bytes, length: struct.Struct) -> tuple[bytes, bytes]:
    (size,) = length.unpack(data[: length.size])
    end = length.size + size
    if end > len(data):
        raise struct.error
    return data[length.size : end], data[end:]
