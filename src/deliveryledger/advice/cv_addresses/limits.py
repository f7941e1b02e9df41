"""How much of a CV is read, and what a CV is answered with that cannot be read within."""

import time
from dataclasses import dataclass

from ...errors import InvalidInput

ATTEMPTED = "read the addresses of a CV"


class UnreadableCv(InvalidInput):
    """A CV that is encrypted, damaged, of a format that is not read, or above a limit."""

    def __init__(self, obstacle: str, remedy: str = "open it yourself, or ask for it as PDF or DOCX") -> None:
        super().__init__(ATTEMPTED, obstacle, remedy)


@dataclass(frozen=True)
class Limits:
    """What one CV may take. Above any of them UnreadableCv is raised."""

    size: int = 20 * 1024 * 1024
    """Bytes of the file."""
    pages: int = 100
    """Pages of a PDF."""
    unpacked: int = 64 * 1024 * 1024
    """Bytes that are unpacked of a packed file, pictures left out."""
    ratio: int = 200
    """How many times its packed size a part of more than a mebibyte may have."""
    members: int = 5_000
    """Parts of a packed file."""
    elements: int = 1_000_000
    """Tags of a document, control words of RTF."""
    depth: int = 500
    """Tags, or groups of RTF, within one another."""
    text: int = 2_000_000
    """Characters of text; more than a thousand dense pages."""
    addresses: int = 200
    """Different addresses. What has more is a list, no CV."""
    seconds: float = 10.0
    """Time, start and end of the reading process included."""
    memory: int = 768 * 1024 * 1024
    """Bytes of address space of the reading process (Linux)."""
    apart: bool = True
    """Read in a process of its own: only so do ``seconds`` and ``memory`` hold whatever the file does."""


DEFAULT = Limits()


class Watch:
    """The limits of one reading, asked again and again."""

    def __init__(self, limits: Limits, *, alone: bool = False) -> None:
        self.limits = limits
        self.alone = alone
        """Whether this process does nothing else, so that its signals are ours."""
        self._ends = time.monotonic() + limits.seconds
        self._text = self._elements = 0

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self._ends - time.monotonic()

    def take_text(self, characters: int) -> None:
        """Count what is read. Raises UnreadableCv."""
        self._text += characters
        if self._text > self.limits.text:
            raise UnreadableCv(f"it has more than {self.limits.text:,} characters of text")

    def take_element(self, depth: int = 0) -> None:
        """Count a tag or control word, and look at the clock. Raises UnreadableCv."""
        self._elements += 1
        if self._elements > self.limits.elements:
            raise UnreadableCv(f"it has more than {self.limits.elements:,} elements")
        if depth > self.limits.depth:
            raise UnreadableCv(f"its elements are nested more than {self.limits.depth} deep")
        if not self._elements % 1024:
            self.look()

    def look(self) -> None:
        """Raises UnreadableCv when time is up."""
        if self.left < 0:
            raise too_slow(self.limits)


def too_slow(limits: Limits) -> UnreadableCv:
    """The answer when time is up."""
    return UnreadableCv(f"reading it takes more than {limits.seconds:g} seconds")


def too_greedy(limits: Limits) -> UnreadableCv:
    """The answer when memory is."""
    return UnreadableCv(f"reading it takes more than {limits.memory // 1024**2:,} MiB of memory")
