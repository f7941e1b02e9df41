"""Libero and Virgilio (Italiaonline)."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_LIBERO: Final = "aiuto.libero.it/articolo/mail/messaggi-di-errore-piu-frequenti-dopo-invio-email"

RULES: Final[tuple[WordRule, ...]] = (
    WordRule("libero.relay", R.POLICY_REJECTED, ("relay disabled",), _LIBERO),
)  # fmt: skip
