"""One address to use instead of another, why, and how to say so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .wording import date, text

Grounds = Literal["typo", "structure", "name", "cv", "earlier_delivery"]


@dataclass(frozen=True)
class Suggestion:
    """An address to use instead.

    ``text_key`` names its sentence; ``wrong`` and ``right`` are what differs. ``document`` and ``page`` say
    where a CV has it, ``at`` when mail to it last arrived.
    """

    address: str
    grounds: Grounds
    text_key: str
    wrong: str
    right: str
    confidence: float = 0.5
    """For order and emphasis, 0 to 1: how much speaks for it, not how often such a suggestion is right."""
    document: str | None = None
    page: int | None = None
    at: datetime | None = None

    def sentence(self, lang: str, tz: str = "UTC") -> str:
        """Why, in one sentence."""
        at = date(self.at, lang, tz) if self.at else None
        return text(self.text_key, lang, wrong=self.wrong, right=self.right, address=self.address, at=at)
