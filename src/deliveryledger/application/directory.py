"""What only the ATS knows: who its senders are, and where a candidate's profile is."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Person:
    """Somebody in the ATS: who is told, in which language and time zone."""

    email: str | None = None
    name: str | None = None
    lang: str = "en"
    tz: str = "UTC"


class Directory(Protocol):
    """What only the ATS knows."""

    def sender(self, tenant: str, sender_id: str) -> Person | None:
        """Who a sender is; None = no longer there."""

    def fallback_receiver(self, tenant: str, candidate_id: str) -> Person | None:
        """Who is told when the sender is gone or a machine: job owner, hiring team."""

    def profile_url(self, tenant: str, candidate_id: str) -> str | None:
        """Link to the candidate's profile."""


class NoDirectory:
    """Knows nobody: addresses of senders and links stay empty."""

    def sender(self, tenant: str, sender_id: str) -> Person | None:
        """Nobody."""
        del tenant, sender_id
        return None

    def fallback_receiver(self, tenant: str, candidate_id: str) -> Person | None:
        """Nobody."""
        del tenant, candidate_id
        return None

    def profile_url(self, tenant: str, candidate_id: str) -> str | None:
        """No link."""
        del tenant, candidate_id
        return None
