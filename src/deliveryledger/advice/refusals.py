"""What a refused command lacks, in a sentence for people: the table between the errors and the texts."""

from datetime import datetime
from typing import Final

from ..errors import (
    AddressIsSuppressed,
    AlreadyCorrected,
    DeliveryLedgerError,
    LiftRefused,
    ProviderRefused,
    ProviderUnavailable,
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
_NO_REQUEST: Final = {
    "not_suppressed": "refusal.not_suppressed",
    "rejected": "refusal.request_rejected",
    "lifted": "refusal.request_lifted",
    "unknown": "refusal.no_request",
}
"""Why there is no open request -> the key of its sentence."""
_SELF: Final = "support.remove.self_forbidden"
_KEEPS: Final = frozenset({"complaint", "compliance", "admin_blocked", "not_removable"})
"""Why a provider keeps an address on its own list, as the port for these lists has it."""


def missing_text(what: str, lang: str) -> str:
    """The sentence for one thing that a removal lacks."""
    return text(_MISSING[what], lang)


def explain_kept(why: str, *, lang: str = "en") -> str:
    """Why a provider keeps an address on its own list, and who can end it."""
    return text(f"provider.keeps.{why if why in _KEEPS else 'not_removable'}", lang)


def explain_error(error: DeliveryLedgerError, *, lang: str = "en", tz: str = "UTC") -> str | None:
    """What a rule asked for and did not get, for the person who tried; None where the error's text must do.

    Names nobody but actors, by their ids.
    """
    match error:
        case LiftRefused():
            own = (_SELF,) if error.is_own and "second_person" in error.missing else ()
            return " ".join([*(missing_text(m, lang) for m in error.missing), *(text(o, lang) for o in own)])
        case AddressIsSuppressed():
            return explain_refusal(error.cause, datetime.fromisoformat(error.since), lang=lang, tz=tz)
        case AlreadyCorrected():
            at = short_datetime(error.at, lang, tz) if error.at else "–"
            return text("refusal.already_corrected", lang, actor=error.by, at=at)
        case UnknownRemovalRequest():
            return text(_NO_REQUEST.get(error.why, "refusal.no_request"), lang)
        case ProviderUnavailable():
            return text("refusal.provider_unavailable", lang)
        case ProviderRefused():
            return text("refusal.provider_refused", lang)
    return None
