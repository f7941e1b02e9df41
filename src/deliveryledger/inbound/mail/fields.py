"""Groups of ``Name: value`` fields inside report parts (RFC 3464 2, RFC 5965 3), and their value types."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property

from ..own_ids import HEADER_MESSAGE, HEADER_TENANT, own_ids
from ..reception import plausible
from .scanner import Headers, Mail, read_headers

_RETURNED = (
    "message/rfc822",
    "text/rfc822-headers",
    "text/rfc822-header",
    "message/global",
    "message/global-headers",
)
_NAMING = ("to", "cc", "bcc", "x-original-to", "delivered-to")
_APART = r"\s@<>,;:\"()\[\]"
# A quoted local part may have what separates addresses (RFC 5321 4.1.2). The search begins where words do.
_ADDRESS = re.compile(
    rf"(?:(?<![^{_APART}])[^{_APART}]{{1,128}}+|\"[^\"@\r\n]{{1,64}}\")@[^\s<>,;:\"()\[\]]{{1,255}}"
)
_UNICODE = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_MAX_VALUE = 1_000
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_DATE = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, +)?(\d{{1,2}}) +({'|'.join(_MONTHS)}) +(\d{{4}}) +(\d\d):(\d\d)(?::([0-5]\d))? +([+-])(\d{{4}})",
    re.ASCII,
)
_KIND = re.compile(r"\s*[\w-]{1,40}\s*")


def typed_value(text: str) -> str:
    """The value of a ``type;value`` field (RFC 3464 2.1.2) without its type."""
    kind, semicolon, value = text.partition(";")
    return value.strip() if semicolon and _KIND.fullmatch(kind) else text.strip()


def address(text: str) -> str | None:
    """The address in a ``rfc822;`` or ``utf-8;`` field, or in angle brackets; None where there is none."""
    text = text[:_MAX_VALUE]
    if text.lower().lstrip().startswith("utf-8"):  # RFC 6533 3: \x{HEX} inside unitext and xtext
        text = _UNICODE.sub(_character, text)
    match = _ADDRESS.search(typed_value(text))
    return match.group().strip("'.") if match else None


def addresses(text: str) -> frozenset[str]:
    """Every address in a text, in lower case."""
    return frozenset(found.strip("'.").lower() for found in _ADDRESS.findall(text))


def without(text: str, others: frozenset[str], instead: str) -> str:
    """The text with ``instead`` in the place of the addresses of others (lower case)."""
    if "@" not in text:
        return text
    return _ADDRESS.sub(lambda m: instead if m.group().strip("'.").lower() in others else m.group(), text)


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1), 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else match.group()


def moment(text: str) -> datetime | None:
    """An RFC 5322 date-time in UTC, or None where it is none that anybody can mean."""
    try:
        usual = _DATE.match(text)
        return plausible(_usual_moment(*usual.groups()) if usual else parsedate_to_datetime(text[:100]))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _usual_moment(
    day: str, month: str, year: str, hour: str, minute: str, second: str | None, sign: str, zone: str
) -> datetime:
    """Of the form that nearly every mail has; ``email.utils`` takes ten times as long."""
    away = timedelta(hours=int(zone[:2]), minutes=int(zone[2:]))
    local = datetime(
        int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
    )
    return local + away if sign == "-" else local - away


def occurred_at(received_at: datetime, *dates: str) -> datetime:
    """The first of the dates that is one, or else the time of receipt."""
    return next((found for date in dates if date and (found := moment(date))), received_at.astimezone(UTC))


def message_id(text: str) -> str | None:
    """A Message-ID (RFC 5322 3.6.4) without angle brackets."""
    return text[:_MAX_VALUE].partition(">")[0].strip().lstrip("<").strip() or None


class Returned:
    """What the mail sent back of the original message: its Message-ID, our own headers, its recipient.

    ``in_text`` is where it stands in the text of a bounce that has no parts.
    """

    def __init__(self, mail: Mail, in_text: str = "") -> None:
        part = mail.part(*_RETURNED)
        content = part.content.lstrip(b"\r\n") if part else in_text.lstrip().encode("utf-8", "replace")
        end = re.search(rb"\n\r?\n", content)
        block = content[: end.start()] if end else content
        self.headers: Headers = read_headers(block)
        # Exchange and Google answer the original; certified mail refers to it in a field of its own (RFC 6109 2.2).
        self.provider_message_id = (
            message_id(self.headers.get("message-id"))
            or message_id(mail.headers.get("in-reply-to"))
            or message_id(mail.headers.get("x-riferimento-message-id"))
        )
        has_own = HEADER_MESSAGE.encode() in block.lower()
        self.message_id, self.tenant = (
            own_ids(self.headers.get(HEADER_MESSAGE), self.headers.get(HEADER_TENANT))
            if has_own
            else (None, None)
        )

    @cached_property
    def named(self) -> frozenset[str]:
        """The addresses in To, Cc and the like, in lower case."""
        return frozenset().union(*(addresses(self.headers.get(name)[:_MAX_VALUE]) for name in _NAMING))

    @property
    def recipient(self) -> str | None:
        """The address in To, where it is the only one."""
        found = set(_ADDRESS.findall(self.headers.get("to")[:_MAX_VALUE]))
        return found.pop() if len(found) == 1 else None
