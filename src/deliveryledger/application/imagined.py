"""Deciding without recording."""

from collections.abc import Iterable
from datetime import datetime

from ..domain.addresses import Digests
from ..domain.aggregate import Event
from .ports import Changes, Correlation, RawEvidence


class NothingRecorded:
    """The port ``LogTransaction`` over an empty log: all that there is, the unit of work decided."""

    def __init__(self, now: datetime, digests: Digests) -> None:
        self._now = now
        self._digests = digests

    @property
    def digests(self) -> Digests:
        """Those that it was made with."""
        return self._digests

    def earlier_address_keys(self, keys: Iterable[str]) -> set[str]:
        """Nothing."""
        del keys
        return set()

    def now(self) -> datetime:
        """The moment that it was made with."""
        return self._now

    def load(self, streams: Iterable[str], *, opened: bool = False, after: int = 0) -> dict[str, list[Event]]:
        """Nothing."""
        del streams, opened, after
        return {}

    def correlated(self, keys: Iterable[str]) -> dict[str, list[Correlation]]:
        """Nothing."""
        del keys
        return {}

    def correlated_by_reference(self, references: Iterable[str]) -> dict[str, list[Correlation]]:
        """Nothing."""
        del references
        return {}

    def waiting(self, references: Iterable[str]) -> list[str]:
        """Nothing."""
        del references
        return []

    def since(self, position: int) -> list[tuple[str, Event]]:
        """Nothing."""
        del position
        return []

    def waiting_streams(self) -> list[str]:
        """Nothing."""
        return []

    def delivery(self, key: str) -> str | None:
        """Nothing."""
        del key
        return None

    def evidence(self, streams: Iterable[str]) -> list[RawEvidence]:
        """Nothing."""
        del streams
        return []

    def issue_subject(self, purpose: str) -> str:
        """A name that seals nothing."""
        return purpose

    def erased(self, subjects: Iterable[str]) -> set[str]:
        """Nobody."""
        del subjects
        return set()

    def append(self, changes: Changes) -> None:
        """Never: what might have been is not recorded."""
        raise NotImplementedError
