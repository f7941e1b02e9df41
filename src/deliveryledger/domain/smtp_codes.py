"""Enhanced status codes (RFC 3463, RFC 5248) and SMTP reply codes (RFC 5321 4.2): parsed."""

import re
from dataclasses import dataclass
from functools import lru_cache

_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})\Z")
# What may not stand before is asked behind the first digit: so the search runs from digit to digit.
_IN_TEXT = re.compile(r"[245](?<![\d.].)\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")
_LONGEST = len("5.999.999")
_REPLY = re.compile(r"[245](?<![\d.].)[0-5]\d(?![\d.])")


@dataclass(frozen=True, order=True)
class EnhancedStatus:
    """class.subject.detail, e.g. 5.1.1."""

    klass: int
    subject: int
    detail: int

    @classmethod
    def parse(cls, text: str | None) -> "EnhancedStatus | None":
        """The code that ``text`` is, or None. A comment after it (``5.1.1 (bad mailbox)``) is allowed."""
        first = (text or "").split(maxsplit=1)
        return _enhanced(first[0]) if first and len(first[0]) <= _LONGEST else None

    @classmethod
    def find(cls, text: str) -> "EnhancedStatus | None":
        """The first code that stands alone in ``text``; 5.1.10 holds no 5.1.1, an IP address is none."""
        match = _IN_TEXT.search(text)
        return _enhanced(match[0]) if match else None

    def __str__(self) -> str:
        return f"{self.klass}.{self.subject}.{self.detail}"


@lru_cache(maxsize=4096)
def _enhanced(text: str) -> EnhancedStatus | None:
    """There are few codes, and every failure has one."""
    match = _ENHANCED.match(text)
    return EnhancedStatus(*map(int, match.groups())) if match else None


def find_reply_code(text: str) -> int | None:
    """The first SMTP reply code that stands alone in ``text``, e.g. 550."""
    match = _REPLY.search(text)
    return int(match[0]) if match else None
