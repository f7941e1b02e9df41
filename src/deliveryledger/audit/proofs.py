"""Proof files, which anybody can check who has the verification key, without the ledger.

That an event is in the log: https://c2sp.org/tlog-proof, with the leaf in the ``extra`` line. That one
checkpoint's log begins with an earlier checkpoint's: a form of our own after the same pattern. Whatever is
read may come from an adversary.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from ..errors import InvalidProof, NotProved
from .checkpoint import Checkpoint, open_checkpoint
from .leaves import HASH, Leaf, read_leaf
from .merkle import verify_consistency, verify_inclusion
from .signed_note import VerificationKey, decode, encode

MAX_PROOF_BYTES = 16 * 1024 * 1024
"""Above it a file is refused before it is parsed; the largest event (a quarantined mail) is far below."""
INCLUSION = "c2sp.org/tlog-proof@v1"
CONSISTENCY = "deliveryledger/consistency-proof@v1"
_MOST_HASHES = 128  # twice the height of a tree with 2**63 leaves
_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z", re.ASCII)


@dataclass(frozen=True)
class ProvedEvent:
    """An event that was in the log when the checkpoint was made. ``place`` counts from 1."""

    event: Leaf
    place: int
    checkpoint: Checkpoint

    def __str__(self) -> str:
        return (
            f"proved: event {self.event.event_id} ({self.event.name}) is number {self.place} of the log "
            f"{self.checkpoint.origin}, which had {self.checkpoint.size} events{_at(self.checkpoint)}"
        )


@dataclass(frozen=True)
class ProvedExtension:
    """The log of the newer checkpoint begins with that of the older one: in between it only grew."""

    old: Checkpoint
    new: Checkpoint

    def __str__(self) -> str:
        return (
            f"proved: the log {self.new.origin} only grew, from {self.old.size} events{_at(self.old)} "
            f"to {self.new.size}{_at(self.new)}"
        )


def _at(checkpoint: Checkpoint) -> str:
    return f" on {checkpoint.time:%Y-%m-%d at %H:%M:%S} UTC" if checkpoint.time else ""


def write_inclusion(leaf: bytes, index: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """The proof file of one event."""
    lines = [INCLUSION, f"extra {encode(leaf)}", f"index {index}", *map(encode, hashes)]
    return "\n".join([*lines, "", checkpoint])


def write_consistency(old: str, hashes: Sequence[bytes], new: str) -> str:
    """The proof file of two checkpoints."""
    return "\n".join([CONSISTENCY, f"old {encode(old.encode())}", *map(encode, hashes), "", new])


def verify_proof(file: str | bytes, key: VerificationKey) -> ProvedEvent | ProvedExtension:
    """What a proof file proves. Raises InvalidProof, and NotProved if it proves nothing."""
    lines, checkpoint = _split(file)
    header, lines = lines[0], lines[1:]
    if header == INCLUSION:
        return _verify_inclusion(lines, open_checkpoint(checkpoint, key))
    if header == CONSISTENCY:
        return _verify_consistency(lines, open_checkpoint(checkpoint, key), key)
    raise _invalid("its first line is not that of a proof")


def _verify_inclusion(lines: list[str], checkpoint: Checkpoint) -> ProvedEvent:
    # The format lets the extra line be left out; without it we would not know which event it is.
    leaf = _labelled(lines[:1], "extra")
    if len(lines) < 2 or not lines[1].startswith("index ") or not _INDEX.match(lines[1][6:]):
        raise _invalid("it has no line with the index")
    index = int(lines[1][6:])
    event = read_leaf(leaf)
    hashed = sha256(b"\0" + leaf).digest()
    if not verify_inclusion(hashed, index, checkpoint.size, _hashes(lines[2:]), checkpoint.root):
        raise NotProved(
            "verify a proof", "the event is not in the log of its checkpoint", "take it for altered"
        )
    return ProvedEvent(event, index + 1, checkpoint)


def _verify_consistency(lines: list[str], new: Checkpoint, key: VerificationKey) -> ProvedExtension:
    old = open_checkpoint(_labelled(lines[:1], "old"), key)
    if not verify_consistency(old.size, new.size, _hashes(lines[1:]), old.root, new.root):
        raise NotProved(
            "verify a proof",
            "the newer checkpoint's log does not begin with the older one's",
            "take it that history was changed in between, or the file was",
        )
    return ProvedExtension(old, new)


def _split(file: str | bytes) -> tuple[list[str], str]:
    raw = file.encode("utf-8", "replace") if isinstance(file, str) else file
    if len(raw) > MAX_PROOF_BYTES:
        raise _invalid(f"it is larger than {MAX_PROOF_BYTES} bytes")
    try:
        head, separator, checkpoint = raw.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise _invalid("it is not UTF-8") from None
    if not separator:
        raise _invalid("there is no checkpoint below an empty line")
    return head.split("\n"), checkpoint


def _labelled(lines: list[str], label: str) -> bytes:
    found = decode(lines[0].removeprefix(f"{label} ")) if lines and lines[0].startswith(f"{label} ") else None
    if found is None:
        raise _invalid(f"it has no line {label!r} in base64")
    return found


def _hashes(lines: list[str]) -> list[bytes]:
    if len(lines) > _MOST_HASHES:
        raise _invalid(f"it has more than {_MOST_HASHES} hashes")
    hashes = [found for line in lines if (found := decode(line)) is not None and len(found) == HASH]
    if len(hashes) < len(lines):
        raise _invalid("one of its hashes is no SHA-256 hash in base64")
    return hashes


def _invalid(obstacle: str) -> InvalidProof:
    return InvalidProof("read a proof", obstacle, "check that the right file was given, and all of it")
