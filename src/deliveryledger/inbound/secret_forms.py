"""Forms of configured secrets: one that is mistyped would refuse every request, so it is refused at start.

A form says what is wrong with a text, without the text, or None. Whether a secret is the right one only a
request can tell.
"""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from .certificates import certificates_of
from .credentials import Secrets

CERTIFICATES: Final = "certs"
"""The one secret that has several by name."""
Form = Callable[[str], str | None]


def plain(text: str) -> str | None:
    """What most keys and tokens are: a text without spaces or line ends around it."""
    return "has spaces or line ends around it" if text != text.strip() else None


def _basic_auth(text: str) -> str | None:
    user, colon, password = text.partition(":")
    return None if user and colon and password else "is not user:password"


def _custom_header(text: str) -> str | None:
    name, _, value = text.partition(":")
    is_one = name.strip() and value.strip() and " " not in name.strip() and text.isprintable()
    return None if is_one else 'is not "Name: value"'


def _url(text: str) -> str | None:
    return plain(text) if text.startswith(("https://", "http://")) else "is no https URL"


def _pem(text: str) -> str | None:
    return None if certificates_of(text) else "is no certificate in PEM (-----BEGIN CERTIFICATE-----)"


def base64_key(text: str) -> str | None:
    """Of Standard Webhooks."""
    try:
        is_one = bool(base64.b64decode(text.removeprefix("whsec_"), validate=True))
    except (binascii.Error, ValueError):
        is_one = False
    return None if is_one else "is not whsec_ and base64 behind it"


FORMS: Final[Mapping[str, Form]] = {
    "basic_auth": _basic_auth,
    "custom_header": _custom_header,
    "webhook_url": _url,
    CERTIFICATES: _pem,
    "trust_chain": _pem,
}
"""Secrets that look the same with every provider; others are ``plain`` unless the provider says more."""


def malformed(secrets: Secrets, forms: Mapping[str, Form]) -> Iterator[tuple[str, str]]:
    """Names of secrets that can match no request, and why; ``forms`` are the provider's own."""
    forms = {**FORMS, **forms}
    for name, secret in secrets.items():
        form = forms.get(name, plain)
        if isinstance(secret, Mapping) != (name == CERTIFICATES):
            yield name, "is no PEM by address" if name == CERTIFICATES else "is neither a text nor a list"
        elif isinstance(secret, Mapping):
            # One that fetches has none before it is asked.
            yield from ((name, obstacle) for text in secret.values() if (obstacle := form(text)))
        else:
            texts = (secret,) if isinstance(secret, str) else secret
            yield from ((name, obstacle) for text in texts if (obstacle := form(text)))
