"""Checkpoints: signed tree heads, as https://c2sp.org/tlog-checkpoint describes them.

The text of the note is the origin, the size and the root of the tree; an extension line has the time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from ..errors import InvalidProof, NotProved
from .leaves import HASH
from .signed_note import Signer, VerificationKey, decode, encode, open_note, sign_note, text_of

_SIZE = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z", re.ASCII)
_TIME = "time "


@dataclass(frozen=True)
class Checkpoint:
    """A tree head: the first ``size`` events of the log ``origin`` have this ``root``."""

    origin: str
    size: int
    root: bytes
    time: datetime | None = None
    """When it was made, by the clock of the ledger that made it; UTC."""

    def text(self) -> str:
        """What is signed."""
        lines = [self.origin, str(self.size), encode(self.root)]
        if self.time:
            lines.append(_TIME + self.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        return "".join(f"{line}\n" for line in lines)

    def signed(self, signer: Signer) -> str:
        """The signed note."""
        return sign_note(self.text(), signer)


def open_checkpoint(note: str | bytes, key: VerificationKey) -> Checkpoint:
    """Read a checkpoint that the key has signed. Raises InvalidProof and NotProved."""
    checkpoint = _parse(open_note(note, key))
    if checkpoint.origin != key.name:
        raise NotProved(
            "open a checkpoint",
            "it is of another log than its key",
            "use the key and checkpoint of one ledger",
        )
    return checkpoint


def claimed_checkpoint(note: str | bytes) -> Checkpoint:
    """Read a checkpoint without looking at its signature: a claim, not to be trusted. Raises InvalidProof."""
    return _parse(text_of(note))


def _parse(text: str) -> Checkpoint:
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise _invalid("it has not the lines origin, size and root")
    origin, size, encoded, *extensions = lines
    found = decode(encoded)
    if not _SIZE.match(size):
        raise _invalid("its size is no number")
    if found is None or len(found) != HASH:
        raise _invalid("its root is no SHA-256 hash in base64")
    # Lines that we do not know may be there, of a later version or another implementation.
    times = [line.removeprefix(_TIME) for line in extensions if line.startswith(_TIME)]
    return Checkpoint(origin, int(size), found, _time(times[0]) if times else None)


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _invalid("its time is none") from None


def _invalid(obstacle: str) -> InvalidProof:
    return InvalidProof("read a checkpoint", obstacle, "check that the right text was given, and all of it")
