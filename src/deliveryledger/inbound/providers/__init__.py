"""The providers we know, one file each. A further one: docs/how-to/add-a-provider.md."""

from functools import cache
from importlib import import_module
from typing import cast

from ...errors import UnknownProvider
from ..provider import Provider

# Slug = name of the module, whose constant is the slug in capitals. A module is imported when it is asked
# for: fourteen payload models would take longer to build than most commands take to run.
_SLUGS = (
    "amazon_ses",
    "brevo",
    "mailersend",
    "mailgun",
    "mailjet",
    "mailtrap",
    "mandrill",
    "postal",
    "postmark",
    "resend",
    "scaleway_tem",
    "sendgrid",
    "sparkpost",
    "unisender_go",
)


@cache
def get(slug: str) -> Provider:
    """The provider of that name. Raises UnknownProvider, which lists the names."""
    if slug not in _SLUGS:
        raise UnknownProvider(
            "look up a provider", "there is none of that name", f"use {', '.join(names())}"
        ) from None
    return cast("Provider", getattr(import_module(f".{slug}", __name__), slug.upper()))


def names() -> tuple[str, ...]:
    """The slugs that ``get`` takes, in alphabetical order."""
    return _SLUGS
