"""How a request proves who asks."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ...errors import InvalidInput


class Sent(NamedTuple):
    """A request that is about to go out, for credentials that sign it. ``url`` is as on the wire."""

    method: str
    url: str
    body: bytes


Credentials = Callable[[Sent], Mapping[str, str]]
"""Header fields that prove who asks."""


def bearer(key: str) -> Credentials:
    """``Authorization: Bearer …`` (RFC 6750)."""
    return header("authorization", f"Bearer {key}")


def basic(user: str, password: str) -> Credentials:
    """``Authorization: Basic …`` (RFC 7617)."""
    return header("authorization", "Basic " + b64encode(f"{user}:{password}".encode()).decode())


def header(name: str, value: str) -> Credentials:
    """A field of the provider's own. Raises InvalidInput where it cannot stand in a header."""
    fields = {name: presentable(value)}
    return lambda _: fields


def presentable(value: str) -> str:
    """The same text. Raises InvalidInput, without it, where it cannot stand in a header."""
    if value.isascii() and value.isprintable() and value == value.strip():
        return value
    raise InvalidInput(
        "configure a provider's secrets",
        "one has a space at its end or a character that no key has",
        "copy it again",
    )
