"""What a refused command lacks, in a sentence for people: the table between the errors and the texts."""

from datetime import datetime
from typing import Final

from ..errors import (
    AddressIsSuppressed,
    AlreadyCorrected,
    DeliveryLedgerError,
    LiftRefused,
    UnknownRemovalRequest,
)
from .next_steps import explain_refusal
from .wording import short_datetime, text

_MISSING: Final = {
    "evidence": "refusal.evidence",
    "recipient_consent": "refusal.recipient_consent",
    "second_person": "support.remove.needs_second",
    "administrator": "refusal.administrator",
}
"""What a lift lacks -> the key of its sentence."""


def missing_text(what: str, lang: str) -> str:
    """The sentence for one thing that a removal lacks."""
    return text(_MISSING[what], lang)


def explain_error(error: DeliveryLedgerError, *, lang: str = "en", tz: str = "UTC") -> str | None:
    """What a rule asked for and did not get, for the person who tried; None where the error's text must do.

    Names nobody but actors, by their ids.
    """
    match error:
        case LiftRefused():
            return " ".join(missing_text(what, lang) for what in error.missing)
        case AddressIsSuppressed():
            return explain_refusal(error.cause, datetime.fromisoformat(error.since), lang=lang, tz=tz)
        case AlreadyCorrected():
            at = short_datetime(error.at, lang, tz) if error.at else "–"
            return text("refusal.already_corrected", lang, actor=error.by, at=at)
        case UnknownRemovalRequest():
            return text("refusal.no_request", lang)
    return None
