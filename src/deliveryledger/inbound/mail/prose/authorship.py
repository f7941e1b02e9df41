"""Whether a mail server wrote a mail, and about a delivery that failed."""

import re
from typing import Final

from ..autoreply import SUBJECTS as AUTO_REPLIES
from ..fields import Returned, address
from ..scanner import Headers, Mail
from .charsets import header_text
from .recipients import DESCRIBED, TRANSCRIPT, Passage
from .report_text import ReportText
from .signs import (
    CERTAIN_LOCAL_PARTS,
    FAILED,
    FORWARDED,
    INTRODUCTIONS,
    MACHINES,
    NO_REPLY,
    NOTICES,
    OTHER_TOPICS,
    PERSONAL,
    PHRASES,
    SUBJECTS,
    SUCCEEDED,
    SYSTEM_LOCAL_PARTS,
    SYSTEM_NAMES,
)

_REPLY: Final = re.compile(
    r"(?<![\w.])[45]\.\d{1,3}\.\d{1,3}(?![\w.])"
    r"|[:>(\"'][ \t]{0,2}[45][0-7]\d[ -][<\w]"
)
"""An SMTP reply, or its enhanced status, that the text quotes (RFC 5321 4.2, RFC 3463)."""
_FAILURE_REPLY: Final = re.compile(r"^[\s<>]{0,8}5\d\d[ -]", re.MULTILINE)
"""What may be one, at the beginning of a line."""
_REFUSAL: Final = re.compile(
    r"(?:^[\s<>]{0,8}|[:>(\"'][ \t]{0,2})5[0-7]\d[ -](?:#?5\.\d{1,3}\.\d|<?[^\s@<>]{1,64}@)"
    r"|(?:^[\s<>]{0,8}|@[^\s@:>]{1,255}>?: {0,2})55\d[ -]\w",
    re.MULTILINE,
)
"""A reply that refuses a recipient, told from the number of a house or an amount by what is around it."""
_BEGINNING: Final = 200
"""Characters in which software introduces itself."""
_CERTIFIED_FAILURE: Final = ("errore-consegna", "non-accettazione")
"""Of ``X-Ricevuta``: RFC 6109 2.1.1.1.2, 2.2.1 and 2.2.2.3, receipts of Posta Elettronica Certificata."""
_RETURNED_TYPES: Final = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_OURS: Final = ("from", "sender", "return-path", "reply-to", "errors-to")
"""Fields of the returned message that name who gets its bounces."""


class Signs:
    """What the headers of a mail say about its author."""

    def __init__(self, mail: Mail) -> None:
        headers = mail.headers
        sender = headers.get("from")
        self._mail = mail
        self._local_part = _local_part(sender)
        self._is_about_delivery: bool | None = None
        self._is_personal: bool | None = None
        self.is_certain = self._local_part.startswith(CERTAIN_LOCAL_PARTS) or headers.get(
            "x-ricevuta"
        ).endswith(_CERTIFIED_FAILURE)
        """The sender's name is no person's, or the mail is a receipt of Italian certified mail."""
        self._has_system_address = self.is_certain or SYSTEM_LOCAL_PARTS.match(self._local_part) is not None
        self.is_system = self._has_system_address or SYSTEM_NAMES.are_in(sender.lower())
        """The sender seems to be a mail server, or who looks after one."""
        self.has_no_return = headers.get("return-path").strip() == "<>" or sender.strip("<>\"' ") == ""
        """Nobody is to answer (RFC 5321 4.5.5)."""
        self.failed = headers.get("x-failed-recipients")
        """The header in which Exim and Gmail name the recipients."""
        self.subject = header_text(headers.get("subject"))
        """As people read it."""
        self.topic = self.subject.lower()
        """The subject in lower case."""

    @property
    def is_about_delivery(self) -> bool:
        """So the subject says."""
        if self._is_about_delivery is None:
            self._is_about_delivery = SUBJECTS.are_in(self.topic)
        return self._is_about_delivery

    @property
    def is_personal(self) -> bool:
        """Somebody answers or passes something on."""
        if self._is_personal is None:
            self._is_personal = PERSONAL.match(self.topic) is not None
        return self._is_personal

    @property
    def is_a_persons(self) -> bool:
        """Somebody answers, passes on or writes to a list, as no mail server does."""
        headers = self._mail.headers
        return self.is_personal or bool(headers.get("list-id") or headers.get("list-post"))

    @property
    def is_newsletter(self) -> bool:
        """One can unsubscribe (RFC 2369, RFC 8058). Mailman says so too, of what passes through its lists."""
        headers = self._mail.headers
        return bool(headers.get("list-unsubscribe")) and not headers.get("list-post")

    @property
    def is_passed_on(self) -> bool:
        """Somebody's answer, a newsletter, or a list's mail that is not about a delivery."""
        return self.is_personal or self.is_newsletter or (self.is_a_persons and not self.is_about_delivery)

    @property
    def is_by_machine(self) -> bool:
        """No person writes from such an address, though it need not be a mail server's."""
        return (
            self.is_system
            or self.has_no_return
            or MACHINES.match(self._local_part) is not None
            or NO_REPLY.search(self._local_part) is not None
        )

    @property
    def are_any(self) -> bool:
        """Whether the text is worth a look at all."""
        if _is_another_report(self._mail):
            return False
        if self.is_system or self.has_no_return or self.failed:
            return True
        return self.is_about_delivery and not self.is_a_persons

    def returns(self, text: ReportText) -> bool:
        """Whether the message came back with it, as a part or below the text."""
        return bool(text.returned) or self._mail.part(*_RETURNED_TYPES) is not None

    def is_bounce(self, text: ReportText) -> bool:
        """Whether the text confirms what the headers seem to say, and does not say what else it is."""
        returns = self.returns(text)
        return self._seems_a_bounce(text, returns) and not self._is_something_else(text, returns)

    def _seems_a_bounce(self, text: ReportText, returns: bool) -> bool:
        names = "@" in text.written
        if self.failed:
            return (
                self.is_system or self.has_no_return or self.is_about_delivery or PHRASES.are_in(text.lowered)
            )
        if self.is_certain or (self.is_system and not self.is_passed_on):
            return (
                (self.is_certain and returns)
                or (names and self.is_about_delivery)
                or PHRASES.are_in(text.lowered)
                or (names and _REFUSAL.search(text.written) is not None)
            ) and (self._has_system_address or self._has_evidence(text, returns))
        if self.is_system:  # an answer or a list's mail that some server returns has kept its subject
            return names and (
                (returns and _REPLY.search(text.written) is not None)
                or ("rcpt to:" in text.lowered and _FAILURE_REPLY.search(text.written) is not None)
            )
        # A stranger who writes like a server: the words have to be there twice, and the failed address.
        return (
            not self.is_a_persons
            and names
            and self.is_about_delivery
            and PHRASES.are_in(text.lowered)
            and self._has_evidence(text, returns)
            and (returns or not self.is_newsletter)
        )

    def _has_evidence(self, text: ReportText, returns: bool) -> bool:
        """What a stranger has, besides words, that only software has."""
        return (
            returns
            or MACHINES.match(self._local_part) is not None
            or INTRODUCTIONS.are_in(text.lowered[:_BEGINNING])
            or "mailer-daemon" in self._mail.headers.get("return-path").lower()
            or (
                (self.is_system or self.has_no_return or NO_REPLY.search(self._local_part) is not None)
                and _REPLY.search(text.written) is not None
            )
        )

    def _is_something_else(self, text: ReportText, returns: bool) -> bool:
        """Somebody's mail about a bounce, or a server's about something else than our message."""
        if self.failed:
            return False
        if (not self.is_system or self.is_personal) and FORWARDED.search(text.lowered):
            return True
        if not returns:
            topic = self.topic.lstrip(" [*")
            if topic.startswith((*AUTO_REPLIES, *OTHER_TOPICS)):
                return True
            if NOTICES.are_in(text.lowered) and not _REPLY.search(text.written):
                return True
        return SUCCEEDED.are_in(text.lowered) and not FAILED.are_in(text.lowered)

    def is_bounce_about(self, found: list[Passage], text: ReportText, returned: Returned) -> bool:
        """Whether it is one still, now that it is known whom it names.

        A notice about the reader's own mailbox, or a parcel's, names nobody that we wrote to.
        """
        if _is_incoming(self._mail, returned):
            return False
        if not found:
            return returned.recipient is not None or (self.is_certain and FAILED.are_in(text.lowered))
        if self.is_certain or ((self.is_system or self.has_no_return) and not self.is_passed_on):
            return True
        if self.is_personal:
            return found[0].certainty >= TRANSCRIPT
        return found[0].certainty >= DESCRIBED or _REFUSAL.search(text.written) is not None


def is_from_system(headers: Headers) -> bool:
    """Whether a mail server seems to have written what has these headers."""
    sender = headers.get("from")
    return _is_system(sender, _local_part(sender))


def _local_part(sender: str) -> str:
    return (address(sender) or sender).lower().strip("<> \"'").partition("@")[0]


def _is_system(sender: str, local_part: str) -> bool:
    return SYSTEM_LOCAL_PARTS.match(local_part) is not None or SYSTEM_NAMES.are_in(sender.lower())


def _is_another_report(mail: Mail) -> bool:
    """A report of a type that has nothing to do with a delivery (RFC 6522 3; RFC 8460 for one)."""
    kind = mail.parameters.get("report-type", "") if mail.type == "multipart/report" else ""
    return bool(kind) and "delivery" not in kind.lower()


def _is_incoming(mail: Mail, returned: Returned) -> bool:
    """The message was on its way to the reader of this mail: nothing that the reader sent."""
    reader = (address(mail.headers.get("to")) or "").lower()
    if not reader or returned.message_id is not None or reader not in returned.named:
        return False
    return not any(reader in returned.headers.get(name).lower() for name in _OURS)
