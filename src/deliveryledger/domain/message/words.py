"""Words of others that are stored in clear: only those of a vocabulary, because free text may be personal."""

import re
from typing import Final

from ..smtp_codes import EnhancedStatus

LIST_REASONS: Final = frozenset({"hard_bounce", "complaint", "unsubscribe", "manual"})
"""Why an address is on a provider's own suppression list."""
FEEDBACK_TYPES: Final = frozenset({"abuse", "fraud", "virus", "other", "opt-out", "not-spam"})
"""RFC 5965 7.3, RFC 6430."""
_WORD = re.compile(r"[a-z][a-z_-]{0,39}\Z")


def one_of(words: frozenset[str], text: str | None, default: str) -> str:
    """``text`` if it is one of the words."""
    return text if text is not None and text in words else default


def word(text: str | None, default: str) -> str:
    """``text`` if it is a single lower-case word, as adapters write them."""
    return text if text and _WORD.match(text) else default


def status_code(text: str | None) -> str | None:
    """The enhanced status code (RFC 3463) that ``text`` is, without what follows it."""
    status = EnhancedStatus.parse(text)
    return str(status) if status else None
