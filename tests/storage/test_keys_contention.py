"""Keys that are replaced while other threads use them."""

import itertools
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deliveryledger import Ledger

WRITER = """
import sys
from pathlib import Path
from deliveryledger import Ledger
path, number = sys.argv[1:]
with Ledger.open(path) as ledger:
    n = 0
    while not Path(path + ".stop").exists():
        n += 1
        ledger.candidate_emails.register(f"cand-{number}-{n}", f"Ada{n}@example.org", name="Ada", by="rec-3")
        ledger.suppression_filters.suppress(f"ada{n % 10}@EXAMPLE.org", by="sup-1")
print(n)
"""


@pytest.mark.slow
def test_writers_go_on_while_both_kinds_of_keys_are_replaced(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    path = tmp_path / "ledger.db"
    Ledger.open(path).close()
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(number)],
            cwd=pytestconfig.rootpath,
            stdout=subprocess.PIPE,
        )
        for number in range(3)
    ]
    with Ledger.open(path) as ledger:
        while ledger.status().last_position < 30:
            time.sleep(0.05)
        for number in range(12):
            ledger.keys.rotate_key_encryption_key()
            if number % 3 == 0:
                ledger.keys.rotate_address_secret()
            time.sleep(0.05)
    Path(f"{path}.stop").touch()
    written = [int(writer.communicate()[0]) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    with Ledger.open(path) as ledger:
        ledger.rebuild()
        assert ledger.keys.status().key_encryption_key_version == 13
        envelopes = [e for e in ledger.history() if e.stream.startswith("candidate_email-")]
        assert len(envelopes) == sum(written)
        assert {e.event.name for e in envelopes} == {"Ada"}  # type: ignore[attr-defined]
        keys = {(e.event.address.lower(), e.event.address_key) for e in envelopes}  # type: ignore[attr-defined]
        assert max(Counter(address for address, _ in keys).values()) == 1, "an address has two keys"
        assert len({key.partition(".")[0] for _, key in keys}) > 1
        assert not ledger.suppression_filters.may_send("ada3@example.org")
        assert len(ledger.recipient_filter().entries) == min(10, max(written))


@pytest.mark.parametrize("how", ["given", "file"])
def test_other_threads_go_on_while_the_key_is_replaced(tmp_path: Path, how: str) -> None:
    def new() -> bytes | None:
        return os.urandom(32) if how == "given" else None

    with Ledger.open(tmp_path / "ledger.db", key_encryption_key=new()) as ledger:

        def register(id_: str) -> None:
            ledger.candidate_emails.register(id_, "ada@gmial.com", name="Ada", by="rec-3")

        for number in range(20):
            register(f"cand-{number}")
        stop = threading.Event()

        def read() -> None:
            while not stop.is_set():
                list(ledger.history())

        def write() -> None:
            for number in itertools.count():
                if stop.is_set():
                    return
                register(f"late-{number}")

        with ThreadPoolExecutor(3) as pool:
            working = [pool.submit(read), pool.submit(read), pool.submit(write)]
            try:
                for _ in range(25):
                    ledger.keys.rotate_key_encryption_key(new())
            finally:
                stop.set()
            for each in working:
                each.result()
