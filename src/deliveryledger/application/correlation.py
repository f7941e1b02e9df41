"""How reports find their message later: a row per submission, written with the event."""

from .ports import Correlation
from .unit_of_work import UnitOfWork


def correlate(unit: UnitOfWork, stream: str, *more_references: str) -> None:
    """Note the newest submission of a message under its reference, and under further ones (a Message-ID)."""
    message = unit.message(stream)
    submission = message.submissions[-1]
    for reference in (submission.reference, *more_references):
        unit.changes.correlations.append(
            Correlation(
                reference,
                message.address_key,
                stream,
                submission.provider,
                submission.account,
                submission.at.isoformat(),
            )
        )
