"""Where a candidate left traces: what an erasure has to look at."""

import sqlite3
from collections.abc import Collection

from pydantic_core import from_json, to_json

from ..application.erasure import Footprint
from ..domain.identifiers import candidate_email_stream

_POSITION = "SELECT min(position) FROM cursors"
_MESSAGES = "SELECT stream, address_key FROM messages WHERE tenant = ? AND candidate_id = ?"
_ADDRESSES = "SELECT address_key FROM candidate_addresses WHERE tenant = ? AND candidate_id = ?"
_CV = "SELECT cv FROM candidates WHERE stream = ?"
_USERS = (
    "SELECT a.address_key, a.tenant, a.candidate_id FROM json_each(?) AS wanted "
    "CROSS JOIN candidate_addresses AS a ON a.address_key = wanted.value"
)


def footprint(
    connection: sqlite3.Connection, tenant: str, candidate_id: str, without: Collection[str]
) -> Footprint:
    """The traces of one candidate. Who was erased has no address in ``candidate_addresses`` any more."""
    who = (tenant, candidate_id)
    # The position first: what is recorded after it is looked for again.
    position: int = connection.execute(_POSITION).fetchone()[0]
    messages = connection.execute(_MESSAGES, who).fetchall()
    keys = {key for _, key in messages} | {key for (key,) in connection.execute(_ADDRESSES, who)}
    for (cv,) in connection.execute(_CV, (candidate_email_stream(tenant, candidate_id),)):
        keys |= {found[3] for found in from_json(cv)}
    keys.discard("")
    users = connection.execute(_USERS, (to_json(sorted(keys)).decode(),)).fetchall()
    others = [(key, owner, id_) for key, owner, id_ in users if owner != tenant or id_ not in without]
    return Footprint(
        position,
        tuple(stream for stream, _ in messages),
        frozenset(keys),
        frozenset(key for key, owner, _ in others if owner == tenant),
        frozenset(key for key, owner, _ in others if owner != tenant),
        frozenset((owner, id_) for _, owner, id_ in others),
    )
