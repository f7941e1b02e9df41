"""Groups of ``Name: value`` fields inside report parts (RFC 3464 2, RFC 5965 3), and their value types."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from ..own_ids import HEADER_MESSAGE, HEADER_TENANT, own_ids
from ..reception import plausible
from .addresses import each_in, first_in
from .addresses import without as without
from .scanner import Headers, Mail, Part, read_headers

RETURNED = (
    "message/rfc822",
    "text/rfc822-headers",
    "text/rfc822-header",
    "message/global",
    "message/global-headers",
    # in no standard, but written
    "text/rfc822",
    "message/rfc822-headers",
)
"""Types of a returned message, or of its header."""
_SAVED = ".eml"
"""How the name of a returned message ends that somebody attached as a file."""
_NAMING = ("to", "cc", "bcc", "x-original-to", "delivered-to")
_FILES = ("text/plain", "application/octet-stream")
_NAMED_IN = ("content-type", "content-disposition")
_UNICODE = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_FOR = re.compile(r"\bfor\s+<([^<>\s]{3,320})>")
_HEADER_END = re.compile(rb"\n\r?\n")
_MAX_VALUE = 1_000
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_DATE = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, +)?(\d{{1,2}}) +({'|'.join(_MONTHS)}) +(\d{{4}})"
    r" +(\d\d):(\d\d)(?::([0-5]\d))? +([+-])(\d{4})",
    re.ASCII,
)
_KIND = re.compile(r"\s*[\w-]{1,40}\s*")
_SUPPLEMENT = re.compile(r"<\S{1,255} #[\d.]{1,11} smtp; ?")
"""What stands before the words in ``X-Supplementary-Info`` of Exchange (p5-sisimai, issue 312)."""


def typed_value(text: str) -> str:
    """The value of a ``type;value`` field (RFC 3464 2.1.2) without its type."""
    kind, semicolon, value = text.partition(";")
    return value.strip() if semicolon and _KIND.fullmatch(kind) else text.strip()


def diagnostic(group: Headers) -> str:
    """What the remote server said; some of Exchange's reports leave the standard field out."""
    if words := typed_value(group.get("diagnostic-code")):
        return words
    supplement = group.get("x-supplementary-info")
    start = _SUPPLEMENT.match(supplement)
    return supplement[start.end() :].removesuffix(">") if start else ""


def address(text: str) -> str | None:
    """The address in a ``rfc822;`` or ``utf-8;`` field, or in angle brackets; None where there is none."""
    text = text[:_MAX_VALUE]
    if "\\x{" in text and text.lower().lstrip().startswith(
        "utf-8"
    ):  # RFC 6533 3: \x{HEX} inside unitext and xtext
        text = _UNICODE.sub(_character, text)
    return first_in(typed_value(text))


def addresses(text: str) -> frozenset[str]:
    """Every address in a text, in lower case."""
    return frozenset(map(str.lower, each_in(text))) if "@" in text else frozenset()


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1), 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else match.group()


def moment(text: str) -> datetime | None:
    """An RFC 5322 date-time in UTC, or None where it is none that anybody can mean."""
    if not text:
        return None
    try:
        usual = _DATE.match(text)
        return plausible(_usual_moment(*usual.groups()) if usual else parsedate_to_datetime(text[:100]))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _usual_moment(
    day: str, month: str, year: str, hour: str, minute: str, second: str | None, sign: str, zone: str
) -> datetime:
    """Of the form that nearly every mail has; ``email.utils`` takes ten times as long."""
    local = datetime(
        int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
    )
    if zone == "0000":
        return local
    away = timedelta(0, 3600 * int(zone[:2]) + 60 * int(zone[2:]))
    return local + away if sign == "-" else local - away


def occurred_at(received_at: datetime, *dates: str) -> datetime:
    """The first of the dates that is one, or else the time of receipt."""
    for date in dates:
        if date and (found := moment(date)):
            return found
    return received_at.astimezone(UTC)


def message_id(text: str) -> str | None:
    """A Message-ID (RFC 5322 3.6.4) without angle brackets."""
    return text[:_MAX_VALUE].partition(">")[0].strip().lstrip("<").strip() or None


def is_saved(part: Part) -> bool:
    """Whether a part is a mail that somebody attached as a file."""
    return part.type in _FILES and any(_SAVED in part.headers.get(name).lower() for name in _NAMED_IN)


def _header_of(mail: Mail, in_text: str) -> Headers:
    """The header of the returned message: where there are several, of the first that has an id."""
    first = None
    returned = [part for part in mail.parts if part.type in RETURNED]
    if not returned:
        returned = [part for part in mail.parts[1:] if is_saved(part)]
    for part in returned:
        found = _header(part.content.lstrip(b"\r\n"))
        if len(returned) == 1 or found.get("message-id") or found.get(HEADER_MESSAGE):
            return found
        first = first or found
    return first or _header(in_text.lstrip().encode("utf-8", "replace"))


def _header(content: bytes) -> Headers:
    end = _HEADER_END.search(content)
    return read_headers(content[: end.start()] if end else content)


class Returned:
    """What the mail sent back of the original message: its Message-ID, our own headers, its recipient.

    ``in_text`` is where it stands in the text of a bounce that has no parts.
    """

    def __init__(self, mail: Mail, in_text: str = "") -> None:
        self.headers = _header_of(mail, in_text)
        self._named: frozenset[str] | None = None
        # Exchange and Google answer the original; certified mail has a field for it (RFC 6109 2.2).
        self.provider_message_id = (
            message_id(self.headers.get("message-id"))
            or message_id(mail.headers.get("in-reply-to"))
            or message_id(mail.headers.get("x-riferimento-message-id"))
        )
        own = self.headers.get(HEADER_MESSAGE)
        self.message_id, self.tenant = own_ids(own, self.headers.get(HEADER_TENANT)) if own else (None, None)

    @property
    def named(self) -> frozenset[str]:
        """The addresses in To and the like, and whom a server took it for (RFC 5321 4.4); lower case."""
        if self._named is None:
            fields = [self.headers.get(name)[:_MAX_VALUE] for name in _NAMING]
            received = self.headers.get("received")[:_MAX_VALUE]
            if "for" in received and (taken := _FOR.search(received)):
                fields.append(taken[1])
            self._named = addresses("\n".join(fields))
        return self._named

    @property
    def addressed(self) -> frozenset[str]:
        """Whom it was to: the addresses in To and Cc, in lower case."""
        return addresses(self._to_and_cc)

    @property
    def recipient(self) -> str | None:
        """The address in To and Cc, where it is the only one."""
        return first_in(self._to_and_cc) if len(self.addressed) == 1 else None

    @property
    def _to_and_cc(self) -> str:
        return "\n".join(self.headers.get(name)[:_MAX_VALUE] for name in ("to", "cc"))
