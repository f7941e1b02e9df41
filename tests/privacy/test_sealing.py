"""Sealed bytes open in their own place with their own key, and nowhere else."""

import os
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from deliveryledger.application.ports import Changes
from deliveryledger.errors import DeliveryLedgerError, InvalidInput, SealBroken, WrongKeyEncryptionKey
from deliveryledger.privacy.keys import KEY_BYTES, KeyEncryptionKey, new_key, new_subject_id
from deliveryledger.privacy.sealing import associated_data, open_sealed, seal
from deliveryledger.storage.event_log import SqliteEventLog
from tests.storage.facts import ADA, MESSAGE, append_ada, at, bounced, message_registered
from tests.storage.stores import SetClock, sqlite_file

KEY = AESGCM(bytes(32))
PLACE = associated_data("EmailRegistered", ADA, 1, "subject")


def test_what_was_sealed_opens() -> None:
    for text in (b'{"address":"ada@gmial.com"}', b"{}", b'{"name":"' + b"x" * 10_000 + b'"}'):
        assert open_sealed(KEY, seal(KEY, text, PLACE), PLACE) == text


def test_nothing_of_the_plaintext_is_left() -> None:
    sealed = seal(KEY, b'{"address":"ada@gmial.com"}', PLACE)
    assert b"ada" not in sealed
    assert sealed != seal(KEY, b'{"address":"ada@gmial.com"}', PLACE)  # a new nonce each time


def test_lengths_tell_little() -> None:
    assert len({len(seal(KEY, b"x" * length, PLACE)) for length in range(1, 65)}) == 1


@pytest.mark.parametrize(
    "other",
    [
        associated_data("EmailChanged", ADA, 1, "subject"),
        associated_data("EmailRegistered", ADA + "8", 1, "subject"),
        associated_data("EmailRegistered", ADA, 2, "subject"),
        associated_data("EmailRegistered", ADA, 1, "other"),
    ],
)
def test_name_stream_version_and_subject_are_bound(other: bytes) -> None:
    with pytest.raises(SealBroken):
        open_sealed(KEY, seal(KEY, b"{}", PLACE), other)


def test_every_altered_bit_is_noticed() -> None:
    sealed = seal(KEY, b"{}", PLACE)
    for index in range(len(sealed)):
        altered = bytearray(sealed)
        altered[index] ^= 1
        if altered[index : index + 1] != b"=":
            with pytest.raises(SealBroken):
                open_sealed(KEY, bytes(altered), PLACE)
    for broken in (b"", b"AAAA", sealed[:-4], sealed[4:], sealed + b"AAAA", b"\xff" * 40):
        with pytest.raises(SealBroken):
            open_sealed(KEY, broken, PLACE)


def test_a_wrapped_key_opens_for_its_subject_alone() -> None:
    kek, key = KeyEncryptionKey(new_key()), new_key()
    wrapped = kek.wrap(key, "subject")
    assert kek.unwrap(wrapped, "subject") == key
    assert key not in wrapped
    for other, context in ((kek, "other"), (KeyEncryptionKey(new_key()), "subject")):
        with pytest.raises(WrongKeyEncryptionKey):
            other.unwrap(wrapped, context)
    with pytest.raises(WrongKeyEncryptionKey):
        kek.unwrap(b"short", "subject")


def test_keys_and_subjects_are_random_and_of_the_right_size() -> None:
    assert len({new_key() for _ in range(100)}) == 100
    assert len({new_subject_id() for _ in range(100)}) == 100
    assert len(new_key()) == KEY_BYTES
    with pytest.raises(InvalidInput):
        KeyEncryptionKey(b"too short")


def test_a_key_encryption_key_does_not_show_itself() -> None:
    assert os.urandom(32).hex() not in repr(KeyEncryptionKey(new_key()))
    assert "key=" not in repr(KeyEncryptionKey(new_key()))


# --- in the log ------------------------------------------------------------------------------------

OTHER = "candidate_email-default:cand-8"
TAMPER = {
    "another row's bytes": f"UPDATE ledger_events SET data = (SELECT data FROM ledger_events WHERE "
    f"stream = '{OTHER}') WHERE stream = '{ADA}'",
    "another stream": f"UPDATE ledger_events SET stream = 'candidate_email-x:y' WHERE stream = '{ADA}'",
    "another version": f"UPDATE ledger_events SET version = 5 WHERE stream = '{ADA}'",
    "another name": f"UPDATE ledger_events SET name = 'CvEmailFound' WHERE stream = '{ADA}'",
    "an altered byte": "UPDATE ledger_events SET data = CAST(substr(data, 1, 119) || "
    f"CASE substr(data, 120, 1) WHEN x'41' THEN 'B' ELSE 'A' END || substr(data, 121) AS BLOB) "
    f"WHERE stream = '{ADA}'",
}


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteEventLog]:
    """Ada, and a namesake."""
    log = sqlite_file(tmp_path, SetClock())
    with log.transaction() as transaction:
        append_ada(transaction)
        append_ada(transaction, OTHER, "cand-8")
    yield log
    log.close()


def tamper(folder: Path, statement: str, *values: object) -> None:
    """Change the file as somebody with a database tool would."""
    tool = sqlite3.connect(folder / "ledger.db", isolation_level=None)
    tool.execute("DROP TRIGGER IF EXISTS ledger_events_are_never_changed")
    tool.execute(statement, values)
    tool.close()


@pytest.mark.parametrize("how", TAMPER)
def test_sealed_fields_that_were_moved_or_altered_do_not_open(
    log: SqliteEventLog, tmp_path: Path, how: str
) -> None:
    tamper(tmp_path, TAMPER[how])
    with pytest.raises(SealBroken, match="altered, or moved"):
        log.read(after=0, limit=10)


@pytest.mark.parametrize("is_erased", [False, True])
def test_whatever_happens_to_stored_bytes_the_error_is_typed(
    log: SqliteEventLog, tmp_path: Path, is_erased: bool
) -> None:
    with log.transaction() as transaction:
        subject = transaction.issue_subject("candidate")
        transaction.append(Changes(events=at(MESSAGE, message_registered(subject), bounced(subject))))
    if is_erased:
        keys = sqlite3.connect(tmp_path / "ledger.db.keys", isolation_level=None)
        keys.execute("UPDATE subject_keys SET wrapped = NULL, destroyed_at = 'now'")
        keys.close()
    stored = sqlite3.connect(tmp_path / "ledger.db")
    (data,) = stored.execute("SELECT data FROM ledger_events WHERE position = 3").fetchone()
    stored.close()
    dice = random.Random(7)
    for turn in range(300):
        broken = bytearray(data)
        for _ in range(dice.choice([1, 1, 2, 9])):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        if turn % 3 == 0:
            del broken[dice.randrange(len(broken)) :]
        tamper(tmp_path, "UPDATE ledger_events SET data = ? WHERE position = 3", bytes(broken))
        for use in (lambda: log.read(after=0, limit=9), lambda: log.load([MESSAGE])):
            try:
                use()
            except DeliveryLedgerError:
                continue
