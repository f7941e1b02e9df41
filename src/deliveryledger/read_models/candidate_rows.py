"""The rows of the tables ``candidates`` and ``candidate_addresses``."""

import sqlite3
from typing import Any

from pydantic_core import from_json, to_json

from ..application.envelope import Envelope
from ..domain.candidate_email.events import (
    CvEmailFound,
    EmailChanged,
    EmailConfirmed,
    EmailRegistered,
    PersonalDataErased,
    SuggestionDismissed,
)
from ..domain.personal import ERASED

_SELECT_CANDIDATES = (
    "SELECT c.* FROM json_each(?) AS wanted CROSS JOIN candidates AS c ON c.stream = wanted.value"
)
_UPSERT_CANDIDATE = "INSERT OR REPLACE INTO candidates VALUES (?,?,?,?,?,?,?,?,?,?)"
_DELETE_ADDRESSES = "DELETE FROM candidate_addresses WHERE tenant = ? AND candidate_id = ?"


def apply_candidates(connection: sqlite3.Connection, envelopes: list[Envelope]) -> None:
    """Take up the events of candidates' addresses; each touched row is written once."""
    rows: dict[str, list[Any]] = {}
    keys: set[tuple[str, str, str]] = set()
    wanted = to_json(sorted({e.stream for e in envelopes if e.version > 1})).decode()
    for row in connection.execute(_SELECT_CANDIDATES, (wanted,)):
        rows[row[0]] = [*row[:6], *(from_json(text) for text in row[6:9]), row[9]]
    for envelope in envelopes:
        _take_up_candidate(rows, envelope)
        event, owner = envelope.event, rows[envelope.stream][1]
        if isinstance(event, EmailRegistered | EmailChanged):
            keys.add((event.address_key, owner, event.candidate_id))
        elif isinstance(event, PersonalDataErased):
            keys = {key for key in keys if key[1:] != (owner, event.candidate_id)}
            connection.execute(_DELETE_ADDRESSES, (owner, event.candidate_id))
    written = [
        (*rows[s][:6], *(to_json(v).decode() if v else "[]" for v in rows[s][6:9]), rows[s][9])
        for s in sorted(rows)
    ]
    connection.executemany(_UPSERT_CANDIDATE, written)
    connection.executemany("INSERT OR IGNORE INTO candidate_addresses VALUES (?,?,?)", sorted(keys))


def _take_up_candidate(rows: dict[str, list[Any]], envelope: Envelope) -> None:
    stream, event = envelope.stream, envelope.event
    match event:
        case EmailRegistered():
            owner = stream.partition("-")[2].partition(":")[0]
            erased_at = rows[stream][9] if stream in rows else 0
            rows[stream] = [
                stream, owner, event.candidate_id, event.address, event.address_key, event.name,
                [], [], [], erased_at,
            ]  # fmt: skip
        case EmailChanged():
            rows[stream][3:5] = [event.address, event.address_key]
        case EmailConfirmed():
            rows[stream][7].append(event.address_key)
        case CvEmailFound():
            rows[stream][6].append([event.address, event.document, event.page, event.address_key])
        case SuggestionDismissed():
            rows[stream][8].append(event.address_key)
        case PersonalDataErased():
            rows[stream][3:] = [ERASED, "", None, [], [], [], envelope.position]
