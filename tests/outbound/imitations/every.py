"""The imitations by the slug of their provider, and which of them are described in a certain way."""

from collections.abc import Callable, Mapping
from typing import Final

from .amazon_ses import AmazonSes
from .brevo import Brevo
from .mailgun import Mailgun
from .postmark import Postmark
from .resend import Resend
from .sendgrid import SendGrid
from .sparkpost import SparkPost
from .vendor import Vendor

IMITATIONS: Final[Mapping[str, type[Vendor]]] = {
    kind.SLUG: kind for kind in (AmazonSes, Brevo, Mailgun, Postmark, Resend, SendGrid, SparkPost)
}


def those(is_meant: Callable[[type[Vendor]], object]) -> list[str]:
    """Slugs of the imitations of which something is said; never none, which pytest would skip."""
    found = [slug for slug, kind in IMITATIONS.items() if is_meant(kind)]
    assert found
    return found
