"""Libero and Virgilio (Italiaonline), TIM, Aruba."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_LIBERO: Final = "aiuto.libero.it: messaggi di errore"
_ARUBA: Final = "guide.hosting.aruba.it: errori comuni"

RULES: Final[tuple[WordRule, ...]] = (
    WordRule("libero.unknown", R.MAILBOX_UNKNOWN, ("bad destination mailbox address",), _LIBERO, r"5\.1\.1"),
    WordRule("libero.blocked", R.SENDER_BLOCKED, (r"\[lib_\d{1,4}\].{0,60}(?:blocked|blacklist|reputation|denied)",), _LIBERO),
    WordRule("libero.relay", R.POLICY_REJECTED, ("relay disabled", "relaying not allowed"), _LIBERO),
    WordRule("aruba.bad_characters", R.PROTOCOL_ERROR, ("bad chars in command",), _ARUBA),
)  # fmt: skip
