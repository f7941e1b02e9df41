"""Why a mail is taken for a bounce in prose, or not: the signs that ``authorship`` looks at, in words.

Only for who asks; the sentences are for operators. Phrases are told as the tables have them.
"""

from collections.abc import Iterator
from typing import Final

from ....domain.reports import Attribution, DeliveryReport, Outcome
from .. import notes as noted
from ..autoreply import SUBJECTS as AUTO_REPLIES
from ..fields import Returned
from ..notes import BOUNCE, Notes
from ..scanner import Mail
from .authorship import Signs
from .certainty import DESCRIBED, HEADED, MENTIONED, STATED, TRANSCRIPT
from .phrases import Phrases
from .recipients import Passage
from .report_text import ReportText
from .signs import FAILED, FORWARDED, LATE, NOTICES, OTHER_TOPICS, PHRASES, STILL_TRYING, SUBJECTS, SUCCEEDED
from .words import Finding

_FIELDS: Final = "fields of a delivery status (RFC 3464) in its text"
_IN_TEXT: Final = {
    HEADED: "the text: a line begins with it, or says that it is the recipient's",
    TRANSCRIPT: "the text: an SMTP command or a server's reply begins with it",
    STATED: "the text: a sentence about the delivery ends with it",
    DESCRIBED: "the text: it stands where the message is described",
    MENTIONED: "the text mentions it",
}
_FORWARDED_TO: Final = "the text names it beside the address that its server forwards to"
_TO_OF_RETURNED: Final = "the text, and the returned message was to it"


def not_looked_at(notes: Notes, mail: Mail, signs: Signs) -> None:
    """Write down why the text was not looked at: nothing in the header is of a bounce."""
    notes.is_no(BOUNCE, *_headers_against(mail, signs))


def no_bounce(notes: Notes, mail: Mail, text: ReportText) -> None:
    """Write down why the text does not confirm what the header seems to say."""
    notes.is_no(BOUNCE, *_Asked(mail).against(text))


def about_nobody(notes: Notes, signs: Signs, found: list[Passage]) -> None:
    """Write down why it is none though its words are."""
    if found and signs.is_personal:
        why = "it speaks of a failure, but is an answer or was passed on, and quotes no reply to an address"
    elif found:
        why = "it speaks of a failure, but no address in it is clearly that of who was not reached"
    else:
        why = "it speaks of a failure, but names nobody to whom the reader wrote"
    notes.is_no(BOUNCE, why)


def bounce(notes: Notes, mail: Mail, text: ReportText, outcome: Outcome | None = None) -> None:
    """Write down what makes it one; without an outcome it has the fields of a delivery status."""
    asked = _Asked(mail)
    notes.because += asked.signs_for(text)
    if outcome is None:
        notes.because.append(_FIELDS)
    elif outcome is Outcome.DEFERRED:
        notes.because.append(f"the server still tries: {asked.late(text)}")


def made(
    notes: Notes, report: DeliveryReport, passage: Passage, finding: Finding, returned: Returned
) -> None:
    """Write down how a report came about."""
    about = " ".join(passage.words.split()) if passage.has_words else ""
    words = finding.decisive.words
    if words and words == about:
        said_in = noted.PASSAGE
    else:
        said_in = noted.REPLY if words == finding.evidence.words else noted.WHOLE_TEXT
    notes.made(
        report, _found_in(report, passage, returned), evidence=finding.decisive, said_in=said_in * bool(words)
    )


def _found_in(report: DeliveryReport, passage: Passage, returned: Returned) -> str:
    if report.attribution is Attribution.INFERRED:
        return noted.RETURNED_TO
    if passage.origin:
        return passage.origin
    if passage.target:
        return _FORWARDED_TO
    is_written_to = passage.certainty < STATED and passage.address.lower() in returned.named
    return _TO_OF_RETURNED if is_written_to else _IN_TEXT.get(passage.certainty, _IN_TEXT[MENTIONED])


def _headers_against(mail: Mail, signs: Signs) -> Iterator[str]:
    if signs.is_system or signs.has_no_return or signs.failed:
        yield f"a report of the type {mail.parameters.get('report-type', '')}, which is about no delivery"
    elif signs.is_personal:
        yield "its sender is no mail system, and its subject is that of an answer or of something passed on"
    elif signs.is_about_delivery:
        said = _first(SUBJECTS, signs.topic)
        yield f"its subject says “{said}”, but its sender is no mail system, and it came by a mailing list"
    else:
        yield "its sender is no mail system, and its subject is not about a delivery"


def _first(phrases: Phrases, lowered: str) -> str:
    return next((phrase for phrase in phrases.texts if phrase in lowered), "")


class _Asked(Signs):
    """The same signs, which tell more than yes and no."""

    def sender(self) -> str:
        if self.is_certain:
            return "its sender has the name of a mail system, as no person has"
        if self.is_system:
            return "its sender seems to be a mail system"
        return "nobody is to answer it (an empty Return-Path or From)" if self.has_no_return else ""

    def signs_for(self, text: ReportText) -> Iterator[str]:
        if sender := self.sender():
            yield sender
        if self.failed:
            yield "it has the header X-Failed-Recipients"
        if phrase := _first(SUBJECTS, self.topic):
            yield f"its subject says “{phrase}”"
        if phrase := _first(PHRASES, text.lowered):
            yield f"its text says “{phrase}”"
        if self._needs_reply(text):
            yield "its text quotes a server's reply that refuses"
        if self.returns(text):
            yield "it returns a message"
        elif not self.is_system and not self.failed:
            yield "software wrote it: so say its sender's address, its first lines or a server's reply"

    def _needs_reply(self, text: ReportText) -> bool:
        """Whether the other signs would not do."""
        if self.failed:
            return False
        if self.is_system and self.is_passed_on and not self.is_certain:
            return True
        has_words = self.is_about_delivery or PHRASES.are_in(text.lowered)
        return not has_words and not (self.is_certain and self.returns(text))

    def against(self, text: ReportText) -> Iterator[str]:
        """What it lacks, or what else it seems to be."""
        returns = self.returns(text)
        if not self._seems_a_bounce(text, returns):
            yield from self._lacks(text, returns)
        if self._is_something_else(text, returns):
            yield from self._seems(text, returns)

    def _lacks(self, text: ReportText, returns: bool) -> Iterator[str]:
        has_words = PHRASES.are_in(text.lowered)
        sender = self.sender()
        if self.is_system and self.is_passed_on and not self.is_certain:
            what = (
                "an answer" if self.is_personal else "a newsletter" if self.is_newsletter else "a list's mail"
            )
            yield f"{sender}, but it is {what}, and quotes no server's refusal"
        elif not has_words and (self.is_system or not self.is_about_delivery):
            yield f"{sender or 'it has X-Failed-Recipients'}, but its text has no word of a failure"
        elif not has_words:
            yield f"its subject says “{_first(SUBJECTS, self.topic)}”, but its text has no word of a failure"
        elif not self.is_about_delivery and not self.is_system:
            yield f"{sender}, but its subject is not about a delivery"
        elif "@" not in text.written and not self.is_system:
            yield "it speaks of a failure, but its text has no address"
        elif not self._has_evidence(text, returns):
            yield "it speaks of a failure, but has nothing that only software has, as a server's reply"
        else:
            yield "it speaks of a failure, but is a newsletter's or a person's mail"

    def _seems(self, text: ReportText, returns: bool) -> Iterator[str]:
        topic = self.topic.lstrip(" [*")
        if (not self.is_system or self.is_personal) and FORWARDED.search(text.lowered):
            yield "it quotes or passes on a mail, as people do"
        if not returns and topic.startswith(AUTO_REPLIES):
            yield "its subject is that of an automatic answer, and it returns no message"
        if not returns and topic.startswith(OTHER_TOPICS):
            yield "its subject is that of a receipt, a summary or the like, and it returns no message"
        if not returns and (phrase := _first(NOTICES, text.lowered)):
            yield f"its text says “{phrase}”, as notices of filters and shops do, and quotes no reply"
        if (phrase := _first(SUCCEEDED, text.lowered)) and not FAILED.are_in(text.lowered):
            yield f"its text says “{phrase}”, and nothing of a failure"

    def late(self, text: ReportText) -> str:
        """The words by which a delay is known."""
        if phrase := _first(STILL_TRYING, text.lowered):
            return f"its text says “{phrase}”"
        if phrase := _first(LATE, self.topic):
            return f"its subject says “{phrase}”"
        return f"its text says “{_first(LATE, text.lowered)}”"
