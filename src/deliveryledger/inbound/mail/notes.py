"""What reading a mail saw and decided, written down for who asks why; for nobody else anything is written."""

from collections.abc import Container
from typing import Final, NamedTuple

from ...classification import Evidence
from ...domain.reports import Attribution, DeliveryReport
from .fields import address
from .scanner import Headers

BOUNCE: Final = "bounce"
COMPLAINT: Final = "complaint"
AUTO_REPLY: Final = "auto_reply"

RETURNED_TO: Final = "the field To or Cc of the returned message"
FROM: Final = "the field From"
_INSIDE: Final = "a notification inside this mail, which a gateway has wrapped"
_ORIGINAL: Final = "the field Original-Recipient: the address as it was sent to"
_FINAL: Final = "the field Final-Recipient: the address that failed in the end"

DIAGNOSTIC: Final = "the field Diagnostic-Code"
SUPPLEMENT: Final = "the field X-Supplementary-Info"
STATUS: Final = "the field Status"
EXPLANATION: Final = "the part for people, because the fields give no cause"
REPLY: Final = "the reply that the text quotes"
PASSAGE: Final = "what the text says of this recipient"
WHOLE_TEXT: Final = "all of the text"
NOTIFICATION: Final = "the notification of Amazon SES"


class Made(NamedTuple):
    """How one report came about."""

    report: DeliveryReport
    """Without its evidence, which may be cut to one recipient later."""
    found_in: str
    """Where its recipient was found; empty where there is none."""
    outcome_in: str = ""
    """What says that delivery failed, is late or was done, where it is a field."""
    evidence: Evidence | None = None
    """What the classifier saw when it decided; None of what is no failure."""
    said_in: str = ""
    """Where the words or the code of the evidence stand."""


class Notes:
    """Give them to ``read_mail``, and ask them after it."""

    def __init__(self) -> None:
        self.because: list[str] = []
        """Signs of what the mail is."""
        self.against: dict[str, list[str]] = {}
        """Of what it is not (``BOUNCE``, ``COMPLAINT``, ``AUTO_REPLY``), why."""
        self._made: list[Made] = []

    def is_no(self, what: str, *why: str) -> None:
        """Write down why it is none."""
        known = self.against.setdefault(what, [])
        known += [each for each in why if each not in known]

    def made(
        self,
        report: DeliveryReport,
        found_in: str,
        *,
        outcome_in: str = "",
        evidence: Evidence | None = None,
        said_in: str = "",
    ) -> None:
        """Write down how a report came about."""
        place = found_in if report.recipient else ""
        self._made.append(Made(report.with_raw(None), place, outcome_in, evidence, said_in))

    def add_inner(self, inner: "Notes", *, is_it: bool) -> None:
        """Take over what was written down of a mail inside this one; ``is_it``: it decided."""
        if is_it:
            self.because, self._made = [_INSIDE, *inner.because], inner._made
        else:
            self.is_no(BOUNCE, *(f"of the mail inside it: {why}" for why in inner.against.get(BOUNCE, ())))

    def of(self, report: DeliveryReport) -> Made | None:
        """How this one came about: reports of one reading that are equal came about in the same way."""
        bare = report.with_raw(None)
        return next((each for each in self._made if each.report == bare), None)


def note_status(
    notes: Notes,
    report: DeliveryReport,
    group: Headers,
    evidence: Evidence | None,
    actions: Container[str],
    *,
    is_of_fields: bool,
) -> None:
    """Write down how a report came about that the fields of one recipient gave (RFC 3464 2.3)."""
    if report.attribution is Attribution.INFERRED:
        found_in = RETURNED_TO
    else:
        found_in = _ORIGINAL if address(group.get("original-recipient")) == report.recipient else _FINAL
    action = group.get("action").split(maxsplit=1)
    is_by_action = bool(action) and action[0].lower() in actions
    said_in = ""
    if evidence is not None:
        words_in = DIAGNOSTIC if group.get("diagnostic-code") else SUPPLEMENT
        said_in = words_in if evidence.words else STATUS if evidence.field else ""
    notes.made(
        report,
        found_in,
        outcome_in="the field Action" if is_by_action else "the class of the field Status",
        evidence=evidence,
        said_in=said_in if is_of_fields else EXPLANATION,
    )
