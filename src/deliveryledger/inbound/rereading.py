"""Reading again, by the present rules, what was let in earlier: the part of a request, or a mail."""

from datetime import datetime

from ..domain.reports import Reading, Source
from . import providers
from .mail import read_mail
from .mail.bounce_addresses import BounceProofs


def read_again(
    *,
    provider: str,
    account: str,
    source: Source,
    raw: bytes,
    received_at: datetime,
    proofs: BounceProofs | None = None,
) -> Reading:
    """What it says now; it may be quarantined again. Raises UnknownProvider."""
    if source is Source.WEBHOOK:
        return providers.get(provider).reread(raw, account=account, received_at=received_at)
    return read_mail(raw, received_at=received_at, account=account, proofs=proofs)
