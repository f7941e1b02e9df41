"""Webhook requests that were answered and are not recorded yet: what the store of them can do."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple, Protocol


class KeptRequest(NamedTuple):
    """A webhook request that was answered and is not recorded yet."""

    provider: str
    account: str
    received_at: datetime
    body: bytes
    headers: Mapping[str, str]
    """Those that reading needs; none of them is a credential."""
    is_verified: bool
    """The verdict on its origin; False: what would prove it could not be had when it came in."""
    tenant: str | None = None
    """The tenant that its account belongs to; None: a report takes its message's tenant."""
    number: int = 0
    """Its place in the order of arrival, once it is kept."""
    attempts: int = 0
    """How often it was put off."""
    replay_key: str | None = None
    """Of the reading, where the signature does not cover the body; it is not stored with the request."""

    @property
    def content(self) -> str:
        """Digest of the body, as in a reading of it."""
        return sha256(self.body).hexdigest()


class Taken(StrEnum):
    """What became of a request at the door."""

    KEPT = "kept"
    REPEATED = "repeated"
    """The same request of this account was taken before."""
    REFUSED = "refused"
    """Its replay key was seen with another body: the proof was moved from another event."""


class PutOff(NamedTuple):
    """A kept request that is tried again later."""

    number: int
    until: datetime


class Due(NamedTuple):
    """What is to be recorded now, oldest first."""

    requests: Sequence[KeptRequest]
    """Those that could be opened."""
    erased: Sequence[int] = ()
    """Numbers of those whose key was destroyed: recorded meanwhile, or before an older copy of the log."""
    sealed: Sequence[int] = ()
    """Numbers of those that do not open: their key is missing, or they were altered. An alarm."""


class Waiting(NamedTuple):
    """What is kept and not recorded yet."""

    requests: int
    unverified: int
    """How many of them wait for what proves their origin."""
    oldest: datetime | None
    """When the first of them came in."""
    unverified_bytes: int = 0
    """How long those are that wait for their proof, together."""


class KeptRequests(Protocol):
    """Reads what units of work keep; thread-safe."""

    def due(self, at: datetime, limit: int) -> Due:
        """The oldest that are due at a moment, at most so many, and fewer where they are long."""

    def waiting(self) -> Waiting:
        """How much there is."""

    def try_out(self) -> None:
        """Write what changes nothing, durably, as if to keep. Raises StorageError, KeyStoreError."""

    def waiting_at_most(self, seconds: float) -> AbstractContextManager[None]:
        """In this block the thread waits for locks so many seconds in all, then raises LedgerLocked."""
