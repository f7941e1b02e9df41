"""Orange and Wanadoo (OFR codes), La Poste (LPN codes, the same numbers), SFR, Free: bilingual replies."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_ORANGE: Final = "postmastery.com/orange-postmaster-smtp-error-codes-ofr; bentonow.com/smtp-errors/orange"
_MARK: Final = r"\b(?:ofr|lpn)\d{0,3}_"

RULES: Final[tuple[WordRule, ...]] = (
    WordRule("orange.spam", R.CONTENT_REJECTED, (r"\bofr_?506\b", rf"{_MARK}506",), _ORANGE),
    WordRule("orange.rate", R.RATE_LIMITED, (rf"{_MARK}104\b", "trop de connexions"), _ORANGE),
    WordRule(
        "orange.refused", R.SENDER_BLOCKED,
        (rf"service refuse.{{0,120}}{_MARK}\d", rf"{_MARK}(?:10[289]|999)\b", "adresse ip source bloqu"),
        "postmastery.com/orange-postmaster-smtp-error-codes-ofr; bentonow.com/smtp-errors/orange/ofr-999; "
        "smtp-field-manual, pull request 60: OFR006_102",
    ),
    WordRule("orange.full", R.MAILBOX_FULL, (r"bo.?.?te (?:\w+ )?(?:du )?destinataire .{0,12}pleine", rf"{_MARK}417"), _ORANGE),
    WordRule("orange.blocked_account", R.MAILBOX_DISABLED, (r"compte du destinataire est bloqu",), _ORANGE),
    WordRule("orange.unknown", R.MAILBOX_UNKNOWN, (r"adresse d.?au moins un destinataire invalide",), _ORANGE),
    WordRule(
        "free.rate", R.RATE_LIMITED, (r"too many errors from your ip .{0,40}postmaster\.free\.fr",),
        "postmaster.free.fr; KumoMTA and lore.kernel.org quote it as a 451",
    ),
)  # fmt: skip
