"""Identifiers and stream names. A stream name is ``<category>-<owner>:<id>``; it is never personal data."""

import re
import unicodedata
from datetime import datetime
from typing import NamedTuple

from ..errors import InvalidIdentifier

MAX_LENGTH = 200
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")
_ADDRESS_LIKE = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")


class StreamName(NamedTuple):
    """The three parts of a stream's name; ``owner`` is a tenant, a scope or a provider account."""

    category: str
    owner: str
    id: str


def check_tenant(text: object) -> str:
    """A tenant, scope or account: 1-64 of ``A-Z a-z 0-9 _ . -``. Raises InvalidIdentifier."""
    if not isinstance(text, str) or not _TENANT.match(text):
        raise InvalidIdentifier(
            "use a tenant, scope or account name",
            "it has characters other than A-Z a-z 0-9 _ . - or more than 64 of them",
            "choose a short plain name",
        )
    return text


def check_id(text: object, what: str) -> str:
    """An id that the caller brings: 1-200 printable characters, and no e-mail address.

    Ids are part of stream names or stand in clear beside sealed fields, and stay for ever: an address
    among them could never be erased. Raises InvalidIdentifier.
    """
    attempted = f"use {'an' if what[0] in 'aeiou' else 'a'} {what}"
    if not isinstance(text, str) or not text or len(text) > MAX_LENGTH or not text.isprintable():
        raise InvalidIdentifier(
            attempted,
            f"it is no text, empty, longer than {MAX_LENGTH} characters or not printable",
            "bring the key that your own database uses",
        )
    if _ADDRESS_LIKE.match(text):
        raise InvalidIdentifier(
            attempted,
            "it is an e-mail address, and an id stays in the log in clear for ever",
            "bring an opaque key",
        )
    return text


def check_candidate_id(text: object) -> str:
    """As :func:`check_id`, of a candidate."""
    return check_id(text, "candidate id")


def same_actor(one: str, other: str) -> bool:
    """Whether two actor ids name one person, whatever their case, width or surrounding space."""
    return _actor(one) == _actor(other)


def _actor(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def uuid7(now: datetime, randomness: bytes) -> str:
    """A UUIDv7 (RFC 9562, 5.7) from a moment and ten random bytes: time-ordered ids index fastest."""
    value = int(now.timestamp() * 1000) << 80 | int.from_bytes(randomness[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def message_stream(tenant: str, message_id: str) -> str:
    """Stream of one message."""
    return f"message-{tenant}:{message_id}"


def candidate_email_stream(tenant: str, candidate_id: str) -> str:
    """Stream of one candidate's address over time."""
    return f"candidate_email-{tenant}:{candidate_id}"


def suppression_filter_stream(scope: str, address_key: str) -> str:
    """Stream of one address in one scope of the recipient filter."""
    return f"suppression_filter-{scope}:{address_key}"


def incident_stream(tenant: str, incident_id: str) -> str:
    """Stream of what one sender is told about one candidate's address."""
    return f"incident-{tenant}:{incident_id}"


def outage_stream(tenant: str, domain_key: str) -> str:
    """Stream of what one tenant knows of one recipient domain."""
    return f"outage-{tenant}:{domain_key}"


def intake_stream(account: str, report_id: str) -> str:
    """Stream of one report that could not be used yet."""
    return f"intake-{account}:{report_id}"


def parse_stream(stream: str) -> StreamName:
    """The parts of a stream name that the functions above made."""
    category, _, rest = stream.partition("-")
    owner, _, id_ = rest.partition(":")
    return StreamName(category, owner, id_)
