"""The endpoint of examples/ answers as its table says, called as a server calls an ASGI application."""

import asyncio
import importlib.util
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from deliveryledger import Ledger
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


@pytest.fixture
def endpoint(ledger: Ledger) -> Any:
    return EXAMPLE.Endpoint(ledger, {("sendgrid", "main"): SECRETS["sendgrid"]}, clock=lambda: NOW)


def post(endpoint: Any, path: str, *chunks: bytes) -> int:
    return int(asyncio.run(EXAMPLE.call(endpoint, path, BATCH["headers"], *chunks)))


def test_a_signed_batch_in_chunks_is_recorded(endpoint: Any, ledger: Ledger) -> None:
    assert post(endpoint, PATH, BODY[:50], BODY[50:60], BODY[60:]) == 200
    assert len(ledger.intake.unmatched()) == 4
    assert len(ledger.intake.quarantined()) == 1


def test_the_same_again_is_answered_with_200_and_adds_nothing(endpoint: Any, ledger: Ledger) -> None:
    assert post(endpoint, PATH, BODY) == 200
    before = ledger.status().last_position
    assert post(endpoint, PATH, BODY) == 200
    assert ledger.status().last_position == before


def test_a_changed_body_is_unauthenticated(endpoint: Any, ledger: Ledger) -> None:
    assert post(endpoint, PATH, BODY.replace(b"5.2.2", b"5.1.1") + b" ") == 401
    assert ledger.status().last_position == 0


@pytest.mark.parametrize(
    "path", ["/", "/webhooks/sendgrid", "/webhooks/sendgrid/other", "/webhooks/nobody/main"]
)
def test_what_was_not_set_up_does_not_exist(endpoint: Any, path: str) -> None:
    assert post(endpoint, path, BODY) == 404


def test_a_body_above_the_limit_is_refused_while_it_comes_in(ledger: Ledger) -> None:
    small = EXAMPLE.Endpoint(
        ledger, {("sendgrid", "main"): SECRETS["sendgrid"]}, max_body=100, clock=lambda: NOW
    )
    assert post(small, PATH, b"x" * 60, b"x" * 60) == 413


def test_a_ledger_that_cannot_write_is_answered_with_503(endpoint: Any, ledger: Ledger) -> None:
    ledger.close()
    assert post(endpoint, PATH, BODY) == 503


def test_a_stale_signature_is_unauthenticated(ledger: Ledger) -> None:
    later = NOW + timedelta(minutes=6)
    late = EXAMPLE.Endpoint(ledger, {("sendgrid", "main"): SECRETS["sendgrid"]}, clock=lambda: later)
    assert post(late, PATH, BODY) == 401
