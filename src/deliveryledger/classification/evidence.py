"""What is known about one failure: codes, words, the server that spoke and how far the SMTP dialogue got."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from ..domain.smtp_codes import EnhancedStatus, find_reply_code

MAX_WORDS = 4_000
"""Characters of a remote server's words that are kept; an SMTP reply line has 512 octets."""
MAX_MATCHED = 1_000
"""Characters of them that rules look at, so that hostile words cost a millisecond at most."""


class Phase(StrEnum):
    """The SMTP command that was refused (RFC 5321 3.3)."""

    CONNECT = "connect"
    HELO = "helo"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"

    @property
    def is_before_recipient(self) -> bool:
        """Whether the recipient had not been named yet, so that the refusal cannot be about the address."""
        return self in (Phase.CONNECT, Phase.HELO, Phase.MAIL)


# Postfix ends every reply it quotes so (src/smtp/smtp_proto.c, "in reply to %s command").
_IN_REPLY_TO = re.compile(
    r"in reply to (?:end of )?(?:the )?(initial|helo|ehlo|mail from|rcpt to|data)", re.IGNORECASE
)
_PHASES = {
    "initial": Phase.CONNECT,
    "helo": Phase.HELO,
    "ehlo": Phase.HELO,
    "mail from": Phase.MAIL,
    "rcpt to": Phase.RCPT,
    "data": Phase.DATA,
}
# An address, with a quoted local part too; bounded, so that no text makes the search slow.
_ADDRESS = re.compile(
    r"""(?:"[^"\n]{1,64}"|[^\s<>"'(),;:=\[\]]{1,64})@[^\s<>"'(),;:\[\]]{1,255}""",
)


@dataclass(frozen=True)
class Evidence:
    """Everything rules may look at. ``said`` is the enhanced code in the words, ``field`` the other."""

    words: str = ""
    said: EnhancedStatus | None = None
    field: EnhancedStatus | None = None
    reply_code: int | None = None
    remote_mta: str | None = None
    phase: Phase | None = None

    @classmethod
    def gather(
        cls,
        words: str | None,
        *,
        status: str | None = None,
        remote_mta: str | None = None,
        phase: Phase | None = None,
    ) -> "Evidence":
        """Parse the codes out of the words and the status field; what is not there stays None."""
        text = clean_words(words or "")
        return cls(
            text,
            EnhancedStatus.find(text),
            EnhancedStatus.parse(status),
            find_reply_code(text),
            remote_mta,
            phase or find_phase(text),
        )

    @cached_property
    def status(self) -> str | None:
        """The enhanced code to report: what the remote server said goes before what an MTA filled in."""
        best = self.said or self.field
        return str(best) if best else None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to classify."""
        return not self.words and self.field is None

    @property
    def gist(self) -> tuple[object, ...]:
        """What a verdict depends on: evidence with equal gists has equal verdicts."""
        return self.matchable, self.said, self.field, self.reply_code, self.phase

    @cached_property
    def matchable(self) -> str:
        """The words in the form that rules match: lower case, single spaces, without addresses.

        A local part such as ``userunknown@`` or ``mailboxfull@`` would decide otherwise.
        """
        text = self.words[:MAX_MATCHED].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        if "@" in text:
            text = _ADDRESS.sub(" ", text)
        return " ".join(text.lower().split())


def clean_words(text: str) -> str:
    """A remote server's words, cut to the limit, without control characters (they would reach terminals)."""
    if len(text) > MAX_WORDS:
        text = text[:MAX_WORDS]
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in "\n\t" else " " for char in text)


def find_phase(text: str) -> Phase | None:
    """The SMTP command that a reply was given to, where the text says so and names one only."""
    if "in reply to" not in text:
        return None
    found = {_PHASES[name.lower()] for name in _IN_REPLY_TO.findall(text)}
    return found.pop() if len(found) == 1 else None
