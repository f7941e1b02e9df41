"""What a candidate is asked to do so that our mail reaches the inbox, ready to send, for their mailbox.

Pure; raises nothing, whatever it is given: an address that is none gets the steps that hold everywhere.
"""

from dataclasses import dataclass
from typing import Final

from ..domain.addresses import problem_with
from .mailbox_providers import MailboxProvider, provider_of
from .wording import text

LONGEST_NAME: Final = 100


@dataclass(frozen=True)
class SafeSenderAdvice:
    """A text for the candidate, to be sent another way or from another address.

    ``provider`` is the id of the mailbox provider (``general`` if it is not known), ``source`` its help page.
    """

    provider: str
    subject: str
    text: str
    source: str | None = None

    def __str__(self) -> str:
        return f"{self.subject}\n\n{self.text}"


def advice(
    address: str, *, sender: str | None = None, name: str | None = None, lang: str = "en"
) -> SafeSenderAdvice:
    """How the owner of ``address`` adds ``sender``, the From address of our messages, to the safe senders.

    Without a sender, or a name, the text does without them.
    """
    provider = provider_of(address)
    values = _values(provider, sender, name, lang)
    greeting = _nameable("candidate.greeting", lang, values)
    intro = text("candidate.safe.intro", lang, **values)
    steps = text(f"candidate.safe.{provider.texts}", lang, **values)
    thanks = text("candidate.safe.thanks", lang)
    subject = text("candidate.safe.subject", lang)
    return SafeSenderAdvice(
        provider.id, subject, f"{greeting}\n\n{intro}\n\n{steps}\n\n{thanks}", provider.source
    )


def drag_back(
    address: str, *, sender: str | None = None, name: str | None = None, lang: str = "en"
) -> SafeSenderAdvice:
    """Asks somebody whose mailbox told us of a complaint to drag the message back to the inbox.

    Doing so withdraws the complaint, if it was none.
    """
    provider = provider_of(address)
    values = _values(provider, sender, name, lang)
    asked = _nameable("candidate.advice.complaint", lang, values)
    where = text(f"candidate.drag_back.{provider.texts}", lang, **values)
    subject = text("candidate.drag_back.subject", lang)
    return SafeSenderAdvice(provider.id, subject, f"{asked}\n\n{where}", provider.source)


def _values(provider: MailboxProvider, sender: str | None, name: str | None, lang: str) -> dict[str, str]:
    """What fills the texts. Who wrote "Ada <ada@example.org>" means the address in it."""
    bare = (sender or "").rpartition("<")[2].strip(" <>")
    is_address = problem_with(bare) is None
    return {
        "provider": provider.name,
        "sender_address": bare if is_address else text("candidate.sender_address.plain", lang),
        # One line: a name is what somebody typed, and this becomes a mail.
        "candidate": " ".join((name or "").split())[:LONGEST_NAME],
    }


def _nameable(key: str, lang: str, values: dict[str, str]) -> str:
    return text(key if values["candidate"] else f"{key}.plain", lang, **values)
