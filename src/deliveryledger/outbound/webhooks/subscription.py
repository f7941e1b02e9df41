"""Who is told: where, signed with what, of what."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from ...domain.identifiers import check_tenant
from ...errors import InvalidIdentifier, InvalidInput
from .signing import LONGEST, SHORTEST, secret_of
from .types import TYPES

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")
_KNOWN: Final = ("url", "secrets", "tenant", "types", "include_personal")
_PRINTABLE: Final = re.compile(r"[!-~]+\Z")
_LONGEST_URL: Final = 2_000
_MOST_SECRETS: Final = 5


@dataclass(frozen=True)
class Subscription:
    """One receiver. Its cursor goes by ``name``, so that the URL may change. Made by :meth:`of`."""

    name: str
    url: str = field(repr=False)
    """May have a secret in its path or query: it is part of no error and no log line."""
    secrets: tuple[bytes, ...] = field(repr=False)
    """Newest first; all of them sign."""
    tenant: str | None = None
    """Whose events; None: those of the ledger's default tenant."""
    types: frozenset[str] = frozenset(TYPES)
    include_personal: bool = False
    """Whether addresses and servers' words are told as well."""

    @classmethod
    def of(cls, name: str, settings: Mapping[str, Any]) -> "Subscription":
        """From settings as ``{"url", "secrets", "tenant", "types", "include_personal"}``.

        ``secrets`` is one text or a list. Raises InvalidInput, without any of the values.
        """
        if not _NAME.match(str(name)):
            raise _mistake(repr(str(name))[:80], "its name is not 1-64 of A-Z a-z 0-9 _ . -")
        if not isinstance(settings, Mapping):
            raise _mistake(name, "it is no object")
        if unknown := [key for key in settings if key not in _KNOWN]:
            raise _mistake(name, f"it has the unknown field {str(unknown[0])[:40]!r}")
        if obstacle := _obstacle(settings):
            raise _mistake(name, obstacle)
        return cls(
            name,
            settings["url"],
            tuple(filter(None, map(secret_of, _secrets(settings)))),
            settings.get("tenant"),
            frozenset(settings.get("types") or TYPES),
            settings.get("include_personal", False),
        )


def _mistake(name: str, obstacle: str) -> InvalidInput:
    remedy = (
        'give {"url": "https://…", "secrets": ["whsec_…"]}, and if wanted tenant, types, include_personal'
    )
    return InvalidInput("read the subscriptions to webhooks", f"{name}: {obstacle}", remedy)


def _secrets(settings: Mapping[str, Any]) -> list[Any]:
    given = settings.get("secrets")
    return list(given) if isinstance(given, list | tuple) else [given]


def _obstacle(settings: Mapping[str, Any]) -> str | None:
    """The first thing that is wrong."""
    secrets, types = _secrets(settings), settings.get("types")
    if not 1 <= len(secrets) <= _MOST_SECRETS or not all(map(secret_of, secrets)):
        return f"its secrets are not 1-{_MOST_SECRETS} of whsec_ and the base64 of {SHORTEST}-{LONGEST} bytes"
    if types is not None and not (isinstance(types, list | tuple) and types and set(types) <= TYPES.keys()):
        return f"its types are no list of {', '.join(TYPES)}"
    if not isinstance(settings.get("include_personal", False), bool):
        return "its include_personal is neither true nor false"
    try:
        if settings.get("tenant") is not None:
            check_tenant(settings["tenant"])
    except InvalidIdentifier:
        return "its tenant is no name of a tenant"
    return _obstacle_of_url(settings.get("url"))


def _obstacle_of_url(url: object) -> str | None:
    if not isinstance(url, str) or len(url) > _LONGEST_URL or not _PRINTABLE.match(url):
        return "its url is no text of printable ASCII signs"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "its url is none"
    if not host:
        return "its url names no host"
    if parts.username is not None or parts.password is not None:
        return "its url has credentials; the signature is what proves the sender"
    if parts.fragment:
        return "its url has a fragment"
    return None if _is_safe(parts, host) else "its url is not https (http is for this machine alone)"


def _is_safe(parts: SplitResult, host: str) -> bool:
    if parts.scheme == "https":
        return True
    try:
        is_here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = host == "localhost"
    return parts.scheme == "http" and is_here
