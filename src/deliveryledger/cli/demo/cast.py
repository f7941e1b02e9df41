"""Who is in the story, what they send, and its clock. All names and addresses are invented."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

RECRUITER, SUPPORT, SUPERVISOR = "rec-erik", "sup-sara", "sup-johan"
LANGUAGES = ("sv", "en")
MESSAGES = (
    # candidate, name, address, message, provider, the provider's id of the message (as in the inbox)
    ("cand-7", "Anna Svensson", "anna.svensson@gmai.com", "msg-101", "postmark",
     "0b7f2d1e-5a30-4a1f-9a57-0c7f6e1a0001"),
    ("cand-8", "Björn Dahl", "bjorn.dahl@posten.example", "msg-102", "postmark",
     "0b7f2d1e-5a30-4a1f-9a57-0c7f6e1a0002"),
    ("cand-9", "Cecilia Ek", "cecilia.ek@lador.example", "msg-103", "sendgrid",
     "c3Vu-03HcQ5-JLybO9fX01"),
    ("cand-10", "David Holm", "david.holm@bolaget.example", "msg-104", "sendgrid",
     "c3Vu-03HcQ5-JLybO9fX02"),
    ("cand-11", "Elin Norberg", "elin.norberg@brev.example", "msg-105", "sendgrid",
     "c3Vu-03HcQ5-JLybO9fX03"),
)  # fmt: skip
OF_ANNAS_SECOND_MESSAGE = "0b7f2d1e-5a30-4a1f-9a57-0c7f6e1a0004"
OF_RESENT_MESSAGES = "0b7f2d1e-5a30-4a1f-9a57-0c7f6e1a001"


@dataclass
class StoryClock:
    """A clock that stands still until it is set, but for a second a look: every run prints the same."""

    now: datetime = datetime(2026, 11, 16, 8, 55, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The story's present moment."""
        self.now += timedelta(seconds=1)
        return self.now

    def set(self, day: int, hour: int, minute: int) -> None:
        """Let time pass, to a moment in November 2026, UTC."""
        self.now = datetime(2026, 11, day, hour, minute, tzinfo=UTC)
