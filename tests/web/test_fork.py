"""A server that forks after it has made the receiver: every child records what it keeps."""

import subprocess
import sys
from pathlib import Path

from deliveryledger import Ledger
from deliveryledger.web import Receiver
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import NOW

FORKS = """
import base64, json, sys, time
from deliveryledger import Ledger
from deliveryledger.inbound.request import WebhookRequest
from deliveryledger.web import Receiver
from tests.storage.fork import in_child

token = base64.b64encode(b"hooks:secret").decode()
ledger = Ledger.open(sys.argv[1])
receiver = Receiver(ledger, {"postmark/main": {"basic_auth": "hooks:secret"}})

def use(number):
    body = json.dumps({"RecordType": "Delivery", "MessageID": f"m-{number}", "Recipient": "ada@example.org"})
    request = WebhookRequest("POST", "", {"Authorization": f"Basic {token}"}, body.encode())
    assert receiver.receive("postmark", "main", request).status == 200
    deadline = time.monotonic() + 20
    while ledger.requests.waiting().requests:
        assert time.monotonic() < deadline
        time.sleep(0.01)

def child(number):
    use(number)
    receiver.close()
    ledger.close()

use(0)
in_child(lambda: child(1))
in_child(lambda: child(2))
use(3)
receiver.close()
ledger.close()
"""


def test_children_record_too(tmp_path: Path):
    run = subprocess.run(
        [sys.executable, "-c", FORKS, str(tmp_path / "ledger.db")],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        assert len(ledger.intake.unmatched()) == 4


BUSY = (
    FORKS[: FORKS.index("use(0)")]
    + """
import os, threading
from itertools import count

numbers, enough = count(1_000), threading.Event()

def post(message_id, recipient):
    body = json.dumps({"RecordType": "Delivery", "MessageID": message_id, "Recipient": recipient})
    request = WebhookRequest("POST", "", {"Authorization": f"Basic {token}"}, body.encode())
    assert receiver.receive("postmark", "main", request).status == 200

def keep_busy():
    while not enough.is_set() and (number := next(numbers)) < 1_300:
        post(f"b-{number}", "bob@example.org")
        time.sleep(0.01)

def child(number):
    post(f"m-{number}", "ada@example.org")
    receiver.close()
    ledger.close()

threads = [threading.Thread(target=keep_busy) for _ in range(3)]
for thread in threads: thread.start()
for number in range(3):
    time.sleep(0.03)
    in_child(lambda: child(number))
enough.set()
for thread in threads: thread.join()
receiver.close()
ledger.close()
"""
)


def test_a_fork_while_requests_are_kept_leaves_a_child_that_works(tmp_path: Path):
    run = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", BUSY, str(tmp_path / "ledger.db")],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        kept = [report for report in ledger.intake.unmatched() if report.recipient == "ada@example.org"]
    assert len(kept) == 3


def test_a_receiver_that_is_closed_is_not_ready_and_may_start_again(tmp_path: Path):
    example = EXAMPLES["postmark"]
    with Ledger.open(tmp_path / "ledger.db", clock=lambda: NOW) as ledger:
        receiver = Receiver(ledger, {"postmark/main": example.secrets}, clock=lambda: NOW).start()
        assert receiver.is_ready()
        receiver.close()
        assert not receiver.is_ready()
        assert receiver.receive("postmark", "main", example.sign(example.body(example.good))).status == 200
        assert ledger.requests.waiting().requests == 1
        with receiver:
            assert receiver.is_ready()
        assert ledger.requests.waiting().requests == 0
