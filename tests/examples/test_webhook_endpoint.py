"""The endpoint of examples/, over HTTP: what its output shows, and what becomes of the requests."""

import importlib.util
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.web import Receiver, create_app
from tests.architecture.source import ROOT

INBOX = ROOT / "examples" / "inbox"
SECRETS = json.loads((INBOX / "secrets.json").read_text(encoding="utf-8"))
BATCH = json.loads(
    (INBOX / "1-first-morning" / "0920-sendgrid.jsonl").read_text(encoding="utf-8").splitlines()[1]
)
NOW = datetime.fromisoformat(BATCH["received_at"].replace("Z", "+00:00"))
PATH = "/webhooks/sendgrid/main"
BODY = BATCH["body"].encode()


def load(name: str) -> ModuleType:
    """Examples have names that begin with a digit."""
    spec = importlib.util.spec_from_file_location("webhook_endpoint", ROOT / "examples" / name)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXAMPLE = load("02_webhook_endpoint.py")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "deliveries.db", clock=lambda: NOW) as ledger:
        yield ledger


def posted(ledger: Ledger, *bodies: bytes, path: str = PATH, at: datetime = NOW) -> list[int]:
    """The answers to these bodies, one after another; afterwards all that was kept is recorded."""
    receiver = Receiver(ledger, {"sendgrid/main": SECRETS["sendgrid"]}, clock=lambda: at)
    app: Any = create_app(ledger, receiver)
    with EXAMPLE.serving(app) as port:
        return [EXAMPLE.post(port, path, BATCH["headers"], body) for body in bodies]


def test_a_signed_batch_is_recorded_by_the_time_the_server_has_ended(ledger: Ledger) -> None:
    assert posted(ledger, BODY) == [200]
    assert len(ledger.intake.unmatched()) == 4
    assert len(ledger.intake.quarantined()) == 1


def test_the_same_again_is_answered_with_200_and_adds_nothing(ledger: Ledger) -> None:
    assert posted(ledger, BODY) == [200]
    before = ledger.status().last_position
    assert posted(ledger, BODY, BODY) == [200, 200]
    assert ledger.status().last_position == before


def test_a_changed_body_is_unauthenticated(ledger: Ledger) -> None:
    assert posted(ledger, BODY.replace(b"5.2.2", b"5.1.1") + b" ") == [401]
    assert ledger.status().last_position == 0


def test_a_stale_signature_is_unauthenticated(ledger: Ledger) -> None:
    assert posted(ledger, BODY, at=NOW + timedelta(minutes=6)) == [401]


@pytest.mark.parametrize(
    ("path", "status"), [("/webhooks/sendgrid/other", 401), ("/webhooks/nobody/main", 404)]
)
def test_what_was_not_set_up_is_not_served(ledger: Ledger, path: str, status: int) -> None:
    assert posted(ledger, BODY, path=path) == [status]
