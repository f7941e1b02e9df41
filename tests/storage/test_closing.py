"""A ledger that is closed while threads still read it: they are told so, and nothing crashes."""

import subprocess
import sys
from pathlib import Path

# In a process of its own: what is tried here once ended in a segmentation fault.
CLOSES = """
import sys, threading
from deliveryledger import Ledger
from deliveryledger.errors import LedgerClosed

def read(ledger, begun):
    begun.set()
    try:
        while True:
            ledger.requests.waiting()
            ledger._services.log._keys.destroyed(["nobody"])
    except LedgerClosed:
        pass

for number in range(40):
    ledger, begun = Ledger.open(f"{sys.argv[1]}/{number}.db"), threading.Event()
    threads = [threading.Thread(target=read, args=(ledger, begun)) for _ in range(3)]
    for thread in threads:
        thread.start()
    begun.wait()
    ledger.close()
    for thread in threads:
        thread.join()
"""


def test_readers_are_told_that_it_was_closed(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", CLOSES, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (run.returncode, run.stderr) == (0, "")
