"""The providers we know, one file each. A further one: docs/how-to/add-a-provider.md."""

from ...errors import UnknownProvider
from ..provider import Provider
from .postmark import POSTMARK
from .sendgrid import SENDGRID

_PROVIDERS = {provider.slug: provider for provider in (POSTMARK, SENDGRID)}


def get(slug: str) -> Provider:
    """The provider of that name. Raises UnknownProvider, which lists the names."""
    try:
        return _PROVIDERS[slug]
    except KeyError:
        raise UnknownProvider(
            "look up a provider", "there is none of that name", f"use {', '.join(names())}"
        ) from None


def names() -> tuple[str, ...]:
    """The slugs that ``get`` takes."""
    return tuple(_PROVIDERS)
