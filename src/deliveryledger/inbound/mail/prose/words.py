"""What was said about a recipient, and what it means."""

import re
from dataclasses import replace
from typing import Final, NamedTuple

from ....classification import Evidence, Phase, Verdict, classify, said_to
from ....classification.evidence import clean_words
from ....domain.failure_reason import FailureReason
from .recipients import Passage

_REPLY: Final = re.compile(r"[45]\d\d[ -]{1,3}(?=[\w#<\"'(\[])")
_OPENERS: Final = " \t\r\n\f\v\"'<(["
_INTRODUCED: Final = (":", ">", "<--", "said", "was", "#")
_LOOK_BACK: Final = 200
"""Characters before a code in which is looked for what introduces it."""
_END: Final = re.compile(r"\n[ \t]*\n|\nGiving up on |\n(?:>>>|---)")
"""Where it ends, and the software that quotes it goes on."""
_COMMAND: Final = re.compile(
    r"(?:>>>|-->|sent:?|sent <<<)\s*(MAIL FROM|RCPT TO|DATA|EHLO|HELO)\b", re.IGNORECASE
)
_PHASES: Final = {
    "mail from": Phase.MAIL,
    "rcpt to": Phase.RCPT,
    "data": Phase.DATA,
    "ehlo": Phase.HELO,
    "helo": Phase.HELO,
}
LATE_WITHOUT_CAUSE: Final = "prose.late"
"""A server that still tries and says no more has found nobody to take the message."""


class Finding(NamedTuple):
    """What a passage says, and what follows from it."""

    evidence: Evidence
    """To be reported."""
    verdict: Verdict
    decisive: Evidence
    """What the verdict was given on: the same, or more of the text where that gave no reason."""


def weigh(passage: Passage, everything: str, *, is_late: bool) -> Finding:
    """The reply goes first; then all that is about the recipient, then all of the text."""
    words = passage.words if passage.has_words else ""
    reply, phase = _reply_in(words)
    if not reply:
        reply, phase = _reply_in(everything)
    evidence = Evidence.gather(_in_one_line(reply or words), phase=phase)
    decisive = said_to(passage.address, evidence)
    verdict = classify(decisive)
    for text in (words, everything):
        if verdict.reason is not FailureReason.UNDETERMINED:
            break
        if text:
            decisive = replace(decisive, words=clean_words(_in_one_line(text)))
            verdict = classify(decisive)
    if is_late and verdict.reason is FailureReason.UNDETERMINED:
        verdict = Verdict(FailureReason.SERVER_UNAVAILABLE, LATE_WITHOUT_CAUSE)
    return Finding(evidence, verdict, decisive)


def _reply_in(words: str) -> tuple[str, Phase | None]:
    """From the first SMTP reply on, which is worth more than what another server says about it."""
    at = _first_reply(words)
    if at < 0:
        return "", None
    # Exim names the command that was refused before it; GMX, web.de and 1&1 the host.
    first = max(at - _LOOK_BACK, 0)
    before = max(words.rfind("after ", first, at), words.rfind("host: ", first, at))
    start = at if before < 0 else words.rfind("\n", 0, before) + 1
    commands = _COMMAND.findall(words, 0, at) if ">" in words or "ent" in words else ()
    phase = _PHASES[commands[-1].lower()] if commands else None
    end = _END.search(words, at)
    return words[start : end.start() if end else None], phase


def _first_reply(words: str) -> int:
    """Where a server's reply begins (RFC 5321 4.2): in a new line, or behind an introduction; else -1."""
    for found in _REPLY.finditer(words):
        before = words[max(found.start() - _LOOK_BACK, 0) : found.start()]
        kept = before.rstrip(_OPENERS)
        between = before[len(kept) :]
        if not kept or kept.endswith(_INTRODUCED) or any(sign in between for sign in "\n\"'(["):
            return found.start()
    return -1


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
