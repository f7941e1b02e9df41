"""What a notification says, before it is a mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .directory import Person


@dataclass(frozen=True)
class Told:
    """One failure that a letter names, in its language; ``suggestion`` is an address, never of a CV."""

    candidate: str
    address: str | None
    subject: str
    is_complaint: bool
    reason: str
    advice: str | None = None
    suggestion: str | None = None
    link: str | None = None


@dataclass(frozen=True)
class Contents:
    """What one mail is to say: it names ``told``, of ``count``; ``role`` is why somebody gets it.

    ``complaints``: how many of all ``count`` are complaints, those that it does not name among them.
    """

    notification_id: str
    queued_at: datetime
    people: tuple[Person, ...]
    role: str
    told: tuple[Told, ...]
    count: int
    complaints: int = 0


@dataclass(frozen=True)
class Letter:
    """A notification ready to be sent. The same ``notification_id`` and ``queued_at`` make the same mail."""

    notification_id: str
    queued_at: datetime
    receivers: tuple[tuple[str, str], ...]
    """Name and address of each."""
    subject: str
    text: str
    html: str
    lang: str


Compose = Callable[[Contents], Letter]


class Mailer(Protocol):
    """Sends letters. Used by one thread."""

    def open(self) -> None:
        """Connect, unless it is connected. Raises MailServerUnavailable, MailServerRefused."""

    def send(self, letter: Letter) -> None:
        """Send; returns when the server has taken responsibility. Raises NotTaken and as :meth:`open`."""

    def close(self) -> None:
        """End the connection, if there is one."""
