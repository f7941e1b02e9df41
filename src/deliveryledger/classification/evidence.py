"""What is known about one failure: codes, words, the server that spoke and how far the SMTP dialogue got."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

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


# Which command was refused: Postfix ends every reply it quotes so (src/smtp/smtp_proto.c), Exim and GMX
# begin it so (Exim's src/transports/smtp.c).
_REFUSED_AT = re.compile(
    r"(?:in reply to|(?:mail|remote) server (?:after|for)) (?:end of )?(?:pipelined )?(?:the )?"
    r"(initial|helo|ehlo|lhlo|mail|rcpt|data)\b(?: (?:from|to))?(?: command)?",
    re.IGNORECASE,
)
_PHASES = {
    "initial": Phase.CONNECT,
    "helo": Phase.HELO,
    "ehlo": Phase.HELO,
    "lhlo": Phase.HELO,
    "mail": Phase.MAIL,
    "rcpt": Phase.RCPT,
    "data": Phase.DATA,
}
_REFUSED_AT_ALL = "refused to talk to me"
"""Postfix, of a server whose greeting was a refusal."""
# What a system that quotes another puts before the words: Cisco's own text for a code, Gmail's explanation.
_QUOTED = re.compile(
    r"\A\s*[45]\.\d\.\d - [^'\n]{1,60}[45]\d\d-'|"
    r"\b[Tt]he (?:error that the other server returned|response) was:"
)
_HOST_IN_WORDS = re.compile(r"\bhost:? ([\w.-]{1,255}) ?[\[(]")
# An address, with a quoted local part too; bounded, so that no text makes the search slow.
_ADDRESS = re.compile(
    r"""(?:"[^"\n]{1,64}"|[^\s<>"'(),;:=\[\]]{1,64})@[^\s<>"'(),;:\[\]\u3000-\u303f\uff00-\uffef]{1,255}""",
)


_Value = TypeVar("_Value")


class _Kept(Generic[_Value]):
    """A ``cached_property`` without the lock of Python 3.11, which takes longer than most of the values."""

    def __init__(self, compute: Callable[["Evidence"], _Value]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, evidence: "Evidence", _: type["Evidence"] | None = None) -> _Value:
        value = evidence.__dict__[self._name] = self._compute(evidence)
        return value


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
        own = _unquoted(text)
        evidence = object.__new__(cls)  # a frozen class sets its fields one by one, slowly
        evidence.__dict__.update(
            words=text,
            said=EnhancedStatus.find(own),
            field=EnhancedStatus.parse(status),
            reply_code=find_reply_code(own),
            remote_mta=remote_mta,
            phase=phase or find_phase(text),
        )
        return evidence

    @_Kept
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
        return self.matchable, self.said, self.field, self.reply_code, self.phase, self.remote_host

    @_Kept
    def remote_host(self) -> str:
        """The name of the remote server as rules compare it; empty where it is not known."""
        name = (self.remote_mta or "").lower().split(maxsplit=1)
        if not name and "host" in self.words and (found := _HOST_IN_WORDS.search(self.words)):
            name = [found[1].lower()]
        return name[0].rstrip(".") if name else ""

    @_Kept
    def matchable(self) -> str:
        """The words in the form that rules match: lower case, single spaces, without addresses.

        A local part such as ``userunknown@`` or ``mailboxfull@`` would decide otherwise.
        """
        text = _unquoted(self.words)[:MAX_MATCHED].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        # "in reply to MAIL FROM command" is the phase: no words about a sender.
        if self.phase is not None and _names_phase(text):
            text = _REFUSED_AT.sub(" ", text)
        if '"@' in text:
            text = _ADDRESS.sub(" ", text)
        words = text.lower().split()
        if "@" in text:
            # Word by word: over a whole text the search would begin at every character.
            words = " ".join(_ADDRESS.sub(" ", word) if "@" in word else word for word in words).split()
        return " ".join(words)


def clean_words(text: str) -> str:
    """A remote server's words, cut to the limit, without control characters (they would reach terminals)."""
    if len(text) > MAX_WORDS:
        text = text[:MAX_WORDS]
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in "\n\t" else " " for char in text)


def _unquoted(text: str) -> str:
    """The remote server's own words, where a system that quotes them puts others before."""
    if "-'" in text or " was:" in text:
        for quote in _QUOTED.finditer(text):
            if rest := text[quote.end() :].strip():
                return rest
    return text


def _names_phase(text: str) -> bool:
    return "in reply to" in text or " server after " in text or " server for " in text


def find_phase(text: str) -> Phase | None:
    """The SMTP command that a reply was given to, where the text says so and names one only."""
    found = {_PHASES[name.lower()] for name in _REFUSED_AT.findall(text)} if _names_phase(text) else set()
    if _REFUSED_AT_ALL in text:
        found.add(Phase.CONNECT)
    return found.pop() if len(found) == 1 else None
