"""The secret of the address keys is replaced beside other processes and under kills; what it costs."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import AddressSecretMissing, KeyEncryptionKeyReplaced
from deliveryledger.storage.event_log import SqliteEventLog
from deliveryledger.testing import ADDRESS, AT_BOUNCE, claim
from tests.application.address_keys import NEW, entries, key_of, version
from tests.application.world import Clock, send, tell


@contextmanager
def statements(ledger: Ledger) -> Iterator[list[str]]:
    """What is asked of the log's file meanwhile."""
    log = ledger._services.log
    assert isinstance(log, SqliteEventLog)
    seen: list[str] = []
    with log._connections.read("count") as connection:
        log_file = connection
    log_file.set_trace_callback(seen.append)
    yield seen
    log_file.set_trace_callback(None)


@pytest.mark.parametrize(("rotations", "queries"), [(0, 0), (1, 1), (3, 1)])
def test_a_batch_asks_once_for_earlier_keys_and_never_with_one_secret(rotations: int, queries: int) -> None:
    with Ledger.open(":memory:", clock=Clock()) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        for n in range(20):
            send(ledger, "cand-7", f"msg-{n}")
        for _ in range(rotations):
            ledger.keys.rotate_address_secret()
        reports = [
            claim(Outcome.DELIVERED, AT_BOUNCE, provider_message_id=f"p-msg-{n}", recipient=typed)
            for n, typed in enumerate([ADDRESS, ADDRESS.upper(), NEW, "x@y.example"] * 5)
        ]
        with statements(ledger) as seen:
            assert tell(ledger, *reports).facts == 10
    assert sum("FROM earlier_address_keys" in statement for statement in seen) == queries


ROTATE = (
    "import sys; from deliveryledger import Ledger\n"
    "with Ledger.open(sys.argv[1]) as ledger: ledger.keys.rotate_address_secret()"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Ada in a file."""
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
    return path


def rotate_elsewhere(path: Path, root: Path) -> None:
    subprocess.run([sys.executable, "-c", ROTATE, str(path)], cwd=root, check=True)


def test_a_process_that_was_open_before_notices(path: Path, pytestconfig: pytest.Config) -> None:
    with Ledger.open(path) as ledger:
        before = key_of(ledger, ADDRESS)
        rotate_elsewhere(path, pytestconfig.rootpath)
        ledger.suppression_filters.suppress(NEW, by="sup-1")  # a command notices,
        rotate_elsewhere(path, pytestconfig.rootpath)
        assert version(ledger, "third@navy.example") == "3"  # and so does a question
        assert (key_of(ledger, ADDRESS), version(ledger, NEW)) == (before, "2")
        assert not ledger.suppression_filters.may_send(NEW)
    with Ledger.open(path) as other:
        assert not other.suppression_filters.may_send(NEW)
        assert len(entries(other)) == 1


def test_a_process_that_was_given_a_key_which_was_replaced_is_told_so(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    path, key = tmp_path / "ledger.db", bytes(range(32))
    with Ledger.open(path, key_encryption_key=key) as first:
        with Ledger.open(path, key_encryption_key=key) as second:
            second.keys.rotate_key_encryption_key()
            second.keys.rotate_address_secret()
        with pytest.raises(KeyEncryptionKeyReplaced):
            first.suppression_filters.may_send(ADDRESS)


def change(file: Path, statement: str) -> None:
    """What a kill, or a restored copy, leaves."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute(statement)
    connection.close()


def test_a_kill_between_key_store_and_log_leaves_a_secret_that_nobody_uses(path: Path) -> None:
    with Ledger.open(path) as ledger:
        before = key_of(ledger, NEW)
        log = ledger._services.log
        assert isinstance(log, SqliteEventLog)
        assert log._keys.add_address_secret(above=1) == 2  # committed; the log's transaction was not
        assert (key_of(ledger, NEW), version(ledger, NEW)) == (before, "1")
    with Ledger.open(path) as ledger:
        assert key_of(ledger, NEW) == before
        assert ledger.keys.rotate_address_secret() == 3
        assert version(ledger, NEW) == "3"
        assert version(ledger, ADDRESS) == "1"


def test_a_key_store_without_the_secret_that_is_in_use_is_an_alarm(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.keys.rotate_address_secret()
    change(Path(f"{path}.keys"), "DELETE FROM address_secrets WHERE version = 2")
    with Ledger.open(path) as ledger:
        with pytest.raises(AddressSecretMissing, match="newer backup"):
            ledger.suppression_filters.may_send(ADDRESS)
        with pytest.raises(AddressSecretMissing):
            ledger.candidate_emails.register("cand-8", NEW, by="rec-3")
        with pytest.raises(AddressSecretMissing):
            ledger.keys.rotate_address_secret()
        assert len(list(ledger.history())) == 1  # what needs no digest goes on
    change(Path(f"{path}.keys"), "DELETE FROM address_secrets")
    with pytest.raises(AddressSecretMissing):
        Ledger.open(path)


def test_every_address_key_of_the_log_is_noted_and_nothing_else(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.candidate_emails.correct("cand-7", NEW, grounds="candidate", by="rec-3")
        send(ledger, "cand-7", "msg-1")
        tell(ledger, claim(Outcome.BOUNCED, AT_BOUNCE, provider_message_id="x", recipient="e@f.example"))
        ledger.suppression_filters.suppress("c@d.example", by="sup-1")
        log = ledger._services.log
        assert isinstance(log, SqliteEventLog)
        stored = [json.loads(row[4]) for row in log.stored(after=0, limit=100)]
        expected = {e[f] for e in stored for f in ("address_key", "previous_key") if f in e}
        assert len(expected) == 4
        ledger.keys.rotate_address_secret()
        with log._connections.read("look") as connection:
            noted = {row[0] for row in connection.execute("SELECT address_key FROM earlier_address_keys")}
    assert noted == expected


def test_a_long_log_is_searched_page_by_page(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deliveryledger.storage.address_secret._PAGE", 2)
    with Ledger.open(path) as ledger:
        addresses = [f"ada{n}@example.org" for n in range(9)]
        for n, address in enumerate(addresses):
            ledger.candidate_emails.register(f"cand-1{n}", address, by="rec-3")
        ledger.keys.rotate_address_secret()
        assert {version(ledger, address) for address in (*addresses, ADDRESS)} == {"1"}
