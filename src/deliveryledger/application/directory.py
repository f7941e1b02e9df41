"""What only the ATS knows: who its senders are, and where a candidate's profile is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class NotifyMode(StrEnum):
    """How somebody wants to be told by e-mail; the bell shows everything at once in any case."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"
    OFF = "off"


@dataclass(frozen=True)
class Person:
    """Somebody in the ATS: who is told, in which language and time zone, and how."""

    email: str | None = None
    name: str | None = None
    lang: str = "en"
    tz: str = "UTC"
    notify: NotifyMode = NotifyMode.AT_ONCE
    settings_url: str | None = None
    """Where they change how they are told."""


class Directory(Protocol):
    """What only the ATS knows."""

    def sender(self, tenant: str, sender_id: str) -> Person | None:
        """Who a sender is; None = no longer there."""

    def fallback_receiver(self, tenant: str, candidate_id: str) -> Person | None:
        """Who is told when the sender is gone or a machine: job owner, hiring team."""

    def profile_url(self, tenant: str, candidate_id: str) -> str | None:
        """Link to the candidate's profile. Where it has ``{message_id}``, the message's id is put, so that it
        opens at the message: ``https://ats.example/candidates/7?message={message_id}``."""


@runtime_checkable
class AdministratorDirectory(Protocol):
    """What a directory may know as well. Without it complaints and our own faults reach the sender alone."""

    def administrators(self, tenant: str) -> Sequence[Person]:
        """Who looks after a tenant's mail. One mail goes to all of them, in the first one's language."""


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
