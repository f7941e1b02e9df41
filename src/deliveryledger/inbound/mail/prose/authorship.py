"""Whether a mail server wrote a mail, and about a delivery that failed."""

import re
from typing import Final

from ..fields import Returned, address
from ..scanner import Mail
from .charsets import header_text
from .recipients import DESCRIBED, TRANSCRIPT, Passage
from .report_text import ReportText
from .signs import CERTAIN_LOCAL_PARTS, PHRASES, SUBJECTS, SYSTEM_LOCAL_PARTS, SYSTEM_NAMES

_FAILURE_REPLY: Final = re.compile(r"^[\s<>]{0,8}5\d\d[ -]", re.MULTILINE)
_CERTIFIED_FAILURE: Final = ("errore-consegna", "non-accettazione")
"""Of ``X-Ricevuta``: RFC 6109 2.1.1.1.2, 2.2.1 and 2.2.2.3, receipts of Posta Elettronica Certificata."""
_PERSONAL: Final = ("fwd:", "fw:", "re:", "aw:", "wg:", "sv:", "vs:", "vb:", "tr:", "rv:", "enc:", "odp:")
"""How people's mail programs begin the subject of an answer or of something passed on."""


class Signs:
    """What the headers of a mail say about its author."""

    def __init__(self, mail: Mail) -> None:
        headers = mail.headers
        sender = headers.get("from")
        lowered = sender.lower()
        local_part = (address(sender) or sender).lower().strip("<> \"'").partition("@")[0]
        self._mail = mail
        self._is_about_delivery: bool | None = None
        self.is_certain = local_part.startswith(CERTAIN_LOCAL_PARTS) or headers.get("x-ricevuta").endswith(
            _CERTIFIED_FAILURE
        )
        """The sender's name is no person's, or the mail is a receipt of Italian certified mail."""
        self.is_system = (
            self.is_certain
            or SYSTEM_LOCAL_PARTS.match(local_part) is not None
            or SYSTEM_NAMES.are_in(lowered)
        )
        """The sender seems to be a mail server, or who looks after one."""
        self.has_no_return = headers.get("return-path").strip() == "<>" or sender.strip() in ("<>", "")
        """Nobody is to answer (RFC 5321 4.5.5)."""
        self.failed = headers.get("x-failed-recipients")
        """The header in which Exim and Gmail name the recipients."""
        self.subject = header_text(headers.get("subject"))
        """As people read it."""
        self.topic = self.subject.lower()
        """The subject in lower case."""
        self.is_personal = self.topic.lstrip().startswith(_PERSONAL)
        """Somebody answers or passes something on."""

    @property
    def is_about_delivery(self) -> bool:
        """So the subject says."""
        if self._is_about_delivery is None:
            self._is_about_delivery = SUBJECTS.are_in(self.topic)
        return self._is_about_delivery

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
    def are_any(self) -> bool:
        """Whether the text is worth a look at all."""
        if self.is_system or self.has_no_return or self.failed:
            return True
        return self.is_about_delivery and not self.is_a_persons

    def is_bounce(self, text: ReportText) -> bool:
        """Whether the text confirms what the headers seem to say."""
        says = PHRASES.are_in(text.lowered)
        if self.failed:
            return says or self.is_system or self.has_no_return or self.is_about_delivery
        if self.is_certain or (self.is_system and not self.is_passed_on):
            returned = (
                bool(text.returned) or self._mail.part("message/rfc822", "text/rfc822-headers") is not None
            )
            names = "@" in text.written
            return says or (self.is_about_delivery and names) or (self.is_certain and returned)
        if (
            self.is_system
            and not self.is_newsletter
            and "@" in text.written
            and _FAILURE_REPLY.search(text.written)
        ):
            return True
        # A stranger who writes like a server: the words have to be there twice, and the failed address.
        return (
            not self.is_a_persons
            and not self.is_newsletter
            and says
            and self.is_about_delivery
            and "@" in text.written
        )

    def is_bounce_about(self, found: list[Passage], text: ReportText, returned: Returned) -> bool:
        """Whether it is one still, now that it is known whom it names.

        A notice about the reader's own mailbox, or a parcel's, names nobody that we wrote to.
        """
        if self.is_certain:
            return True
        if not found:
            return returned.recipient is not None
        if (self.is_system or self.has_no_return) and not self.is_passed_on:
            return True
        if self.is_personal:
            return found[0].certainty >= TRANSCRIPT
        return found[0].certainty >= DESCRIBED or _FAILURE_REPLY.search(text.written) is not None
