"""Keys that the log needs and the key store lost: its file is an older copy, or somebody removed rows."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from ..errors import LedgerCorrupt
from .codec import sealed_subject
from .connections import Connections
from .key_store import KeyStore

_PAGE: Final = 10_000
_ATTEMPTED: Final = "look for missing keys"
_EVENTS: Final = "SELECT position, data FROM ledger_events WHERE position > ? ORDER BY position LIMIT ?"
_EVIDENCE: Final = "SELECT id, subject FROM raw_evidence WHERE id > ? ORDER BY id LIMIT ?"
_REQUESTS: Final = "SELECT number, subject FROM requests WHERE number > ? ORDER BY number LIMIT ?"


def missing_subjects(log: Connections, store: KeyStore) -> Iterator[set[str]]:
    """The data subjects whose keys are missing, page by page; the same one may come several times."""
    for query in (_EVENTS, _EVIDENCE, _REQUESTS):
        for named in _named(log, query):
            # In this order: a key is committed before anything that it seals.
            if missing := store.missing(named):
                yield missing


def _named(log: Connections, query: str) -> Iterator[set[str]]:
    after = 0
    while True:
        with log.read(_ATTEMPTED) as connection:
            rows = connection.execute(query, (after, _PAGE)).fetchall()
        if not rows:
            return
        after = rows[-1][0]
        if query == _EVENTS:
            yield {subject for _, data in rows if (subject := _subject(data))}
        else:
            yield {subject for _, subject in rows}


def _subject(data: bytes) -> str | None:
    with suppress(LedgerCorrupt):  # it names nobody; verifying the ledger says more
        return sealed_subject(data)
    return None
