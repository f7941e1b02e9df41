"""Webhook requests that were answered and are not recorded yet, sealed until they are.

What is kept within a second shares a key, which is destroyed as soon as the last of it is recorded: what is
left of it in free pages and journals cannot be opened.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import from_json, to_json

from ..application.kept_requests import Due, KeptRequest, PutOff, Waiting
from ..errors import SealBroken, SubjectKeyMissing
from ..privacy.sealing import NONCE_BYTES, open_bytes, seal_bytes
from .connections import Connections
from .key_store import KeyStore
from .parameters import json_array
from .turns import waiting_at_most

PURPOSE: Final = "request"
"""Of the keys, in the key store."""
_KEY_SECONDS: Final = 1.0
_MOST_BYTES: Final = 256 * 1024
"""Of requests that are recorded together: some hundred events."""
_Row = tuple[int, int, str, str, str, str | None, str, int, bytes]
_COLUMNS: Final = "subject, provider, account, tenant, received_at, is_verified"
_INSERT: Final = f"INSERT INTO requests ({_COLUMNS}, sealed) VALUES (?,?,?,?,?,?,?)"  # noqa: S608
_DUE: Final = (
    f"SELECT number, attempts, {_COLUMNS}, sealed FROM requests WHERE not_before <= ? "  # noqa: S608
    "ORDER BY is_verified DESC, number LIMIT ?"
)
_THERE: Final = "SELECT number FROM requests WHERE number IN (SELECT value FROM json_each(?))"
_USED: Final = "SELECT 1 FROM requests WHERE subject = ? LIMIT 1"
_SUBJECTS: Final = "SELECT DISTINCT subject FROM requests"
_STILL_USED: Final = f"{_SUBJECTS} WHERE subject IN (SELECT value FROM json_each(?))"  # noqa: S608
_DONE: Final = "DELETE FROM requests WHERE number = ? RETURNING subject"
_PUT_OFF: Final = "UPDATE requests SET attempts = attempts + 1, not_before = ? WHERE number = ?"
_NOTHING: Final = (
    "INSERT INTO requests (subject, provider, account, received_at, is_verified, sealed) "
    "VALUES ('', '', '', '', 0, x'') RETURNING number"
)
_WAITING: Final = (
    "SELECT count(*), count(*) FILTER (WHERE NOT is_verified), min(received_at), "
    "coalesce(sum(length(sealed)) FILTER (WHERE NOT is_verified), 0) FROM requests"
)


class RequestKey:
    """The key that seals what a process keeps, for a second at most. Used under the log's write lock.

    A key is committed to a file of its own, which takes as long as to commit the requests.
    """

    def __init__(self) -> None:
        self._subject = ""
        self._key: AESGCM | None = None
        self._until = 0.0

    def take(
        self, connection: sqlite3.Connection, issue: Callable[[], tuple[str, AESGCM]]
    ) -> tuple[str, AESGCM]:
        """Data subject and key; the last ones, as long as something is kept under them."""
        now = time.monotonic()
        if (
            self._key is None
            or now > self._until
            or not connection.execute(_USED, (self._subject,)).fetchone()
        ):
            # Without a row of its own a key may be destroyed at any moment.
            self._subject, self._key = issue()
            self._until = now + _KEY_SECONDS
        return self._subject, self._key


def insert_requests(
    connection: sqlite3.Connection, requests: Sequence[KeptRequest], subject: str, key: AESGCM
) -> None:
    """Keep requests inside a transaction, all under one key."""
    for request in requests:
        columns = (
            subject,
            request.provider,
            request.account,
            request.tenant,
            request.received_at.isoformat(),
            int(request.is_verified),
        )
        content = to_json(dict(request.headers)) + b"\n" + request.body
        sealed = seal_bytes(key, os.urandom(NONCE_BYTES), content, _bound_to(columns))
        connection.execute(_INSERT, (*columns, sealed))


def requests_there(connection: sqlite3.Connection, numbers: Iterable[int]) -> set[int]:
    """Those of the numbers that are still kept."""
    return {row[0] for row in connection.execute(_THERE, (json_array(numbers),))}


def remove_requests(connection: sqlite3.Connection, numbers: Sequence[int]) -> set[str]:
    """Remove what is done with; returns the data subjects whose keys nothing needs any more."""
    if not numbers:
        return set()
    done = {row[0] for number in numbers for row in connection.execute(_DONE, (number,)).fetchall()}
    return done - {row[0] for row in connection.execute(_STILL_USED, (json_array(done),))}


def put_off(connection: sqlite3.Connection, requests: Sequence[PutOff]) -> None:
    """Try them again later."""
    connection.executemany(_PUT_OFF, [(until.isoformat(), number) for number, until in requests])


def subjects_of_requests(connection: sqlite3.Connection) -> set[str]:
    """Whose keys open what is kept."""
    return {row[0] for row in connection.execute(_SUBJECTS)}


class SqliteKeptRequests:
    """The port ``KeptRequests``."""

    def __init__(self, connections: Connections, keys: KeyStore) -> None:
        self._connections = connections
        self._keys = keys

    def due(self, at: datetime, limit: int) -> Due:
        """See the port."""
        with self._connections.read("look at kept requests") as connection:
            rows = list(_first(connection.execute(_DUE, (at.isoformat(), limit))))
        keys = self._fetch({row[2] for row in rows})
        requests: list[KeptRequest] = []
        erased, sealed = [], []
        for row in rows:
            if row[2] not in keys:
                sealed.append(row[0])
            elif (key := keys[row[2]]) is None:
                erased.append(row[0])
            else:
                try:
                    requests.append(_opened(row, key))
                except SealBroken:
                    sealed.append(row[0])
        return Due(requests, erased, sealed)

    def waiting(self) -> Waiting:
        """See the port."""
        with self._connections.read("count kept requests") as connection:
            count, unverified, oldest, size = connection.execute(_WAITING).fetchone()
        return Waiting(count, unverified, datetime.fromisoformat(oldest) if oldest else None, size)

    def try_out(self) -> None:
        """See the port."""
        with self._connections.write("keep a request") as connection:
            # Not an UPDATE to what is there already: SQLite sees that and writes nothing.
            number = connection.execute(_NOTHING).fetchone()[0]
            connection.execute(_DONE, (number,))
            self._keys.add({})

    def waiting_at_most(self, seconds: float) -> AbstractContextManager[None]:
        """See the port."""
        return waiting_at_most(seconds)

    def _fetch(self, subjects: set[str]) -> dict[str, AESGCM | None]:
        """The keys that there are, destroyed or not; one that is missing must not hold up the others."""
        try:
            return self._keys.fetch(subjects)
        except SubjectKeyMissing:
            return self._keys.fetch(subjects - self._keys.missing(subjects))


def _first(rows: Iterable[_Row]) -> Iterator[_Row]:
    """As many as are recorded together without holding the log's lock for long; one in any case."""
    size = 0
    for row in rows:
        size += len(row[-1])
        if size > _MOST_BYTES and size > len(row[-1]):
            return
        yield row


def _opened(row: _Row, key: AESGCM) -> KeptRequest:
    number, attempts, *columns, sealed = row
    headers, _, body = open_bytes(key, sealed, _bound_to(columns)).partition(b"\n")
    _, provider, account, tenant, received_at, is_verified = row[2:8]
    at, kept = datetime.fromisoformat(received_at), from_json(headers)
    return KeptRequest(provider, account, at, body, kept, bool(is_verified), tenant, number, attempts)


def _bound_to(columns: Sequence[object]) -> bytes:
    return b"requests\n" + to_json(list(columns))
