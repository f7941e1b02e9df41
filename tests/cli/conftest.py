"""The command line as a process would call it, without starting one."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.cli.app import run
from tests.architecture.source import ROOT
from tests.inbound.mail.mails import FAILED, dsn

INBOX = ROOT / "examples" / "inbox"
PASSWORD = "ats:long and random"
SECRETS = {"postmark": {"basic_auth": PASSWORD}}


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Ran]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command in an empty folder, with ``ledger.db`` in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DELIVERYLEDGER_URL", "ledger.db")
    for name in ("LANG", "POLICIES", "SECRETS", "TEXTS"):
        monkeypatch.delenv(f"DELIVERYLEDGER_{name}", raising=False)

    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO()))

    def call(*arguments: str | Path, stdin: bytes | None = None) -> Ran:
        capsys.readouterr()
        if stdin is not None:
            monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(stdin)))
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def ada(tmp_path: Path) -> str:
    """A ledger with one candidate and one message, which is in the hands of Postmark."""
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.candidate_emails.register("cand-7", "ada@gmial.com", name="Ada Lovelace", by="rec-3")
        ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
        ledger.messages.mark_submitted("msg-1", provider="postmark", provider_message_id="b7bc2f4a")
    return "cand-7"


def capture(number: int = 1, *, password: str = PASSWORD, **changes: Any) -> dict[str, Any]:
    event = {
        "RecordType": "Delivery",
        "MessageID": f"b7bc2f4a-{number}" if number > 1 else "b7bc2f4a",
        "Recipient": "ada@gmial.com",
        "DeliveredAt": "2026-11-14T09:32:07Z",
    }
    return {
        "provider": "postmark",
        "headers": {"Authorization": "Basic " + base64.b64encode(password.encode()).decode()},
        "body": json.dumps(event),
        "received_at": "2026-11-14T09:32:08Z",
        **changes,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One good request, and the secrets beside it."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "secrets.json").write_text(json.dumps(SECRETS))
    (folder / "good.json").write_text(json.dumps(capture()))
    return folder


def ingest(cli: Cli, folder: Path, *more: str) -> Any:
    return cli("ingest", folder, "--secrets", folder / "secrets.json", "--json", *more)


def counts(ran: Any) -> dict[str, Any]:
    return {name: value for name, value in ran.json.items() if value}


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """So many mails that processes are started, read again and again."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(600):
        (folder / f"{number}.eml").write_bytes(dsn(FAILED))
    return folder
