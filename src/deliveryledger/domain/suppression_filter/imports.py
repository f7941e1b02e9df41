"""Decisions about what is imported into the recipient filter: take it in, and take it back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from ...errors import UndoRefused, UnknownImport
from .aggregate import SuppressionFilter
from .decisions import settled_at, suppress
from .events import AddressSuppressed, Cause, SuppressionFilterEvent, SuppressionTakenBack

UNDO_WITHIN: Final = timedelta(hours=24)
"""So long after it began an import can be undone."""
NEEDS_APPROVAL: Final = frozenset(cause for cause in Cause if cause.is_wish)
"""Causes that only the recipient's consent and a second person end, once the import cannot be undone."""


def begun_at(batch: str) -> datetime:
    """When an import began: its id says so (UUIDv7, RFC 9562 5.7). Raises UnknownImport."""
    try:
        number = UUID(batch)
    except (ValueError, AttributeError, TypeError):
        number = None
    if number is None or number.version != 7 or str(number) != batch:
        raise unknown_import()
    return datetime.fromtimestamp((number.int >> 80) / 1000, UTC)


def unknown_import() -> UnknownImport:
    """What is said of a batch that added nothing here."""
    return UnknownImport(
        "undo an import",
        "no import of that id added anything in this tenant",
        "use the batch id that the import printed",
    )


def take_in(
    entry: SuppressionFilter, suppression: AddressSuppressed, *, dated: bool = True
) -> Iterator[SuppressionFilterEvent]:
    """Take in an entry of another list. What was lifted here since it was made stays lifted: ``settled_at``.

    An entry that is not ``dated`` moves nothing that is there already.
    """
    at, cause = suppression.occurred_at, suppression.cause
    settled = settled_at(entry, cause)
    if settled is not None and at <= settled:
        return
    known = entry.active(at).get(cause)
    if known is not None and not dated:
        suppression = suppression.model_copy(update={"occurred_at": known.since})
    yield from suppress(entry, suppression)


def require_undoable(batch: str, at: datetime) -> None:
    """Raises UndoRefused once the time to undo an import is over, UnknownImport for what is no batch id."""
    if at - begun_at(batch) > UNDO_WITHIN:
        raise UndoRefused(
            "undo an import",
            "it began more than 24 hours ago",
            "take the addresses off one by one, each with what its cause needs",
        )


def take_back(
    entry: SuppressionFilter, *, batch: str, by: str, at: datetime
) -> Iterator[SuppressionTakenBack]:
    """End what an import added, and nothing else. Complaints too: only this import claimed them, by mistake.

    Raises UndoRefused, UnknownImport.
    """
    require_undoable(batch, at)
    causes = {cause for its_batch, cause, _ in entry.imported if its_batch == batch}
    if causes:
        yield SuppressionTakenBack(
            occurred_at=at,
            scope=entry.scope,
            address_key=entry.address_key,
            batch=batch,
            by=by,
            causes=tuple(sorted(causes)),
        )
