"""Adapters to the providers' own suppression lists, one file each (extra ``sync``).

Importing this without httpx raises MissingExtra. What each takes and refuses:
docs/how-to/keep-provider-lists-in-step.md.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final

from ...application.suppression_lists import SuppressionList
from ...errors import MissingExtra, UnknownProvider

try:
    import httpx  # noqa: F401  # so that what is missing is said here, and not in the middle of a removal
except ModuleNotFoundError as missing:
    raise MissingExtra("sync", str(missing.name)) from None

from .adapter import Adapter, checked

_ADAPTERS: Final[Mapping[str, str]] = {
    # Slug, as in ``inbound.providers`` = name of the module: name of the class in it
    "amazon_ses": "AmazonSesLists",
    "brevo": "BrevoLists",
    "mailgun": "MailgunLists",
    "postmark": "PostmarkLists",
    "resend": "ResendLists",
    "sendgrid": "SendGridLists",
    "sparkpost": "SparkPostLists",
}


def names() -> tuple[str, ...]:
    """The slugs that ``get`` takes, in alphabetical order."""
    return tuple(_ADAPTERS)


def get(
    provider: str,
    account: str,
    secrets: Mapping[str, str],
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    **settings: object,
) -> SuppressionList:
    """The lists of one account of a provider. Nothing is asked of the provider yet; close it after use.

    Secrets by name: ``postmark``: ``server_token``. ``amazon_ses``: ``access_key_id``,
    ``secret_access_key`` and, where the credentials are temporary, ``session_token``. ``sendgrid``,
    ``mailgun``, ``sparkpost``, ``resend``, ``brevo``: ``api_key``.

    Settings: each adapter's own (its class ``Settings``), and those of ``ApiSettings`` for all. Not
    thread-safe, and not to be called from a running event loop.

    Raises UnknownProvider, which lists the names, and InvalidInput, which names what is missing, unknown or
    malformed, never its text.
    """
    kind = _kind(provider)
    return kind(
        account,
        checked(kind.Secrets, secrets, f"configure the secrets of {provider}"),
        checked(kind.Settings, settings, f"configure the suppression lists of {provider}"),
        sleep=sleep,
        clock=clock,
    )


def _kind(provider: str) -> type[Adapter[Any, Any]]:
    if provider not in _ADAPTERS:
        raise UnknownProvider(
            "look up a provider's suppression lists",
            "there is no adapter of that name",
            f"use {', '.join(names())}",
        )
    found: type[Adapter[Any, Any]] = getattr(import_module(f".{provider}", __name__), _ADAPTERS[provider])
    return found


__all__ = ["get", "names"]
