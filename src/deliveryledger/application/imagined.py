"""Deciding without recording."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from ..domain.addresses import Digests
from ..domain.aggregate import Event
from .ports import Changes, Clock, Correlation, EventLog, RawEvidence


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

    def tails(self, streams: Iterable[str], length: int) -> dict[str, tuple[int, list[Event]]]:
        """The newest of what there is."""
        return {
            name: (max(len(events) - length, 0), events[-length:])
            for name, events in self.load(streams).items()
        }

    def correlated(self, keys: Iterable[str]) -> dict[str, list[Correlation]]:
        """Nothing."""
        del keys
        return {}

    def correlated_by_reference(self, references: Iterable[str]) -> dict[str, list[Correlation]]:
        """Nothing."""
        del references
        return {}

    def submitted_to(
        self, address_key: str, *, provider: str, account: str, since: datetime, until: datetime
    ) -> list[Correlation]:
        """Nothing."""
        del address_key, provider, account, since, until
        return []

    def waiting(self, references: Iterable[str]) -> list[str]:
        """Nothing."""
        del references
        return []

    def since(self, position: int) -> list[tuple[str, Event]]:
        """Nothing."""
        del position
        return []

    def delivery(self, key: str) -> str | None:
        """Nothing."""
        del key
        return None

    def evidence(self, streams: Iterable[str]) -> list[RawEvidence]:
        """Nothing."""
        del streams
        return []

    def requests_there(self, numbers: Iterable[int]) -> set[int]:
        """Nothing."""
        del numbers
        return set()

    def issue_subject(self, purpose: str) -> str:
        """A name that seals nothing."""
        return purpose

    def erased(self, subjects: Iterable[str]) -> set[str]:
        """Nobody."""
        del subjects
        return set()

    def append(self, changes: Changes) -> None:
        """Never: what might have been is not recorded."""
        raise AssertionError(f"{len(changes.events)} events of what might have been are not recorded")


class OnlyLooked(NothingRecorded):
    """The port ``LogTransaction`` over a log that is only read, without its lock.

    What is appended is kept here, and is there for the units of work that follow. What was read and what is
    read later may be some moments apart.
    """

    def __init__(self, log: EventLog, clock: Clock) -> None:
        newest, now = log.newest(), clock()
        super().__init__(max(now, newest[1]) if newest else now, log.digests)
        self._log = log
        self._appended: dict[str, list[Event]] = defaultdict(list)

    def load(self, streams: Iterable[str], *, opened: bool = False, after: int = 0) -> dict[str, list[Event]]:
        """What the log has, and after it what was appended here."""
        wanted = list(streams)
        loaded = self._log.load(wanted, opened=opened)
        events = {name: [*loaded.get(name, ()), *self._appended.get(name, ())][after:] for name in wanted}
        return {name: found for name, found in events.items() if found}

    def earlier_address_keys(self, keys: Iterable[str]) -> set[str]:
        """Those of the log."""
        return self._log.earlier_address_keys(keys)

    def append(self, changes: Changes) -> None:
        """Keep the events in memory; nothing else."""
        for stream, _, event in changes.events:
            self._appended[stream].append(event)
