"""A server that forks after it has made the receiver: every child records what it keeps."""

import subprocess
import sys
from pathlib import Path

from deliveryledger import Ledger

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
