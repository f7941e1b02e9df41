"""The command ``serve``: what it says, what it refuses, how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.cli.exit_codes import ExitCode
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import PASSWORD
from tests.web.servers import Service, is_recorded, post, raw, send

POSTMARK = EXAMPLES["postmark"]
ACCOUNTS: dict[str, Any] = {"postmark/main": {"basic_auth": PASSWORD, "tenant": "acme"}}
PATH = "/webhooks/postmark/main"


@pytest.fixture
def service(tmp_path: Path) -> Any:
    with Service(tmp_path / "ledger.db", ACCOUNTS) as service:
        yield service


def run(tmp_path: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if "DELIVERYLEDGER" not in name}
    return subprocess.run(
        [sys.executable, "-m", "deliveryledger", "serve", *options],
        cwd=tmp_path,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_it_says_where_it_listens_and_for_whom_and_nothing_of_the_secrets(service: Service, tmp_path: Path):
    assert service.announced == {"url": f"http://127.0.0.1:{service.port}", "accounts": ["postmark/main"]}
    assert (tmp_path / "ledger.db").exists()
    assert send(service.port, "/ready", method="GET").status == 200


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_good_order_and_records_what_it_answered(
    service: Service, how: signal.Signals, tmp_path: Path
):
    assert post(service.port, PATH, POSTMARK.sign(POSTMARK.body(POSTMARK.good))).status == 200
    assert service.stop(how) == 0
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        assert is_recorded(ledger)
        assert len(ledger.intake.unmatched(tenant="acme")) == 1
        assert ledger.verify().recorded == ledger.status().last_position  # it followed the audit log
    assert service.errors == ""


def test_a_request_that_is_under_way_is_still_answered(service: Service):
    request = POSTMARK.sign(POSTMARK.body(POSTMARK.good))
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(request.body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in request.headers.items()) + "\r\n"
    answers: list[bytes] = []
    slow = threading.Thread(
        target=lambda: answers.append(raw(service.port, head.encode(), request.body, pause=0.7))
    )
    slow.start()
    time.sleep(0.3)
    assert service.stop() == 0
    slow.join(20)
    assert answers[0].startswith(b"HTTP/1.1 200 ")


def test_its_log_names_the_account_and_the_obstacle_and_nobody(service: Service):
    assert post(service.port, PATH, POSTMARK.forge(POSTMARK.body(POSTMARK.good))).status == 401
    service.stop()
    assert "postmark/main: refused: basic_auth: the presented credentials are others" in service.errors
    assert "@" not in service.errors
    assert PASSWORD not in service.errors


@pytest.mark.parametrize(
    ("webhooks", "obstacle"),
    [
        (None, "DELIVERYLEDGER_WEBHOOKS is not set"),
        ("{}", "DELIVERYLEDGER_WEBHOOKS has no account in it"),
        ("{broken", "DELIVERYLEDGER_WEBHOOKS is not JSON: line 1, column 2"),
        ("no/such/file", "DELIVERYLEDGER_WEBHOOKS is taken for the path of a file, and there is none"),
        ('{"postmark/main": {}}', "configure the account postmark/main: it has no secret"),
        ('{"postmark/main": {"public_key": "hunter2"}}', "Postmark has no secret 'public_key'"),
        ('{"nobody/main": {"basic_auth": "hunter2"}}', "configure the account nobody/main: its provider:"),
        ('{"postmark/a b": {"basic_auth": "hunter2"}}', "configure the account postmark/a b: its account:"),
        ('{"postmark/a": {"basic_auth": "u:hunter2", "tenant": "a b"}}', "postmark/a: its tenant: it has"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(tmp_path: Path, webhooks: str | None, obstacle: str):
    given = {} if webhooks is None else {"DELIVERYLEDGER_WEBHOOKS": webhooks}
    ran = run(tmp_path, "--ledger", "ledger.db", "--port", "0", **given)
    assert (ran.returncode, ran.stdout) == (ExitCode.USAGE, "")
    assert obstacle in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert "hunter2" not in ran.stderr
    assert not list(tmp_path.iterdir())  # nothing was made


def test_settings_may_stand_in_a_file(tmp_path: Path):
    (tmp_path / "webhooks.json").write_text(json.dumps(ACCOUNTS))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = run(
            tmp_path, "--port", port, DELIVERYLEDGER_URL="l.db", DELIVERYLEDGER_WEBHOOKS="webhooks.json"
        )
    assert ran.returncode == ExitCode.USAGE  # the settings were read, the port is taken
    assert "listen for webhooks: Address already in use" in ran.stderr


def test_no_ledger_is_a_usage_error(tmp_path: Path):
    ran = run(tmp_path, DELIVERYLEDGER_WEBHOOKS=json.dumps(ACCOUNTS))
    assert (ran.returncode, ran.stdout) == (ExitCode.USAGE, "")
    assert "DELIVERYLEDGER_URL is not set" in ran.stderr


def test_a_ledger_in_memory_is_refused(tmp_path: Path):
    ran = run(tmp_path, "--ledger", ":memory:", DELIVERYLEDGER_WEBHOOKS=json.dumps(ACCOUNTS))
    assert (ran.returncode, ran.stdout) == (ExitCode.USAGE, "")
    assert "DELIVERYLEDGER_URL is in memory: what is answered with 200 has to survive" in ran.stderr


def test_uvicorn_ends_with_one_sentence_where_settings_are_wrong(tmp_path: Path):
    ran = subprocess.run(
        [sys.executable, "-m", "uvicorn", "--factory", "deliveryledger.web:from_environment"],
        cwd=tmp_path,
        env={**os.environ, "DELIVERYLEDGER_URL": "l.db", "DELIVERYLEDGER_WEBHOOKS": '{"postmark": {}}'},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("deliveryledger: read the settings: DELIVERYLEDGER_WEBHOOKS has the account")
    assert ran.stderr.count("\n") == 1


def test_a_ledger_that_cannot_be_opened_is_an_error_of_storage(tmp_path: Path):
    (tmp_path / "letter.txt").write_text("Dear Ada, this is no database, however often you open it. " * 9)
    ran = run(tmp_path, "--ledger", "letter.txt", "--port", "0", DELIVERYLEDGER_WEBHOOKS=json.dumps(ACCOUNTS))
    assert (ran.returncode, ran.stdout) == (ExitCode.STORAGE, "")


@pytest.mark.parametrize("package", ["starlette", "uvicorn", "pydantic_settings"])
def test_without_the_extra_it_says_what_to_install(tmp_path: Path, package: str):
    code = (
        f"import sys; sys.modules[{package!r}] = None; from deliveryledger.cli.app import run; "
        "sys.exit(run(['serve', '--ledger', 'ledger.db']))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == ExitCode.USAGE
    assert ran.stderr.endswith("pip install 'deliveryledger[web]'\n")
    assert not (tmp_path / "ledger.db").exists()


def test_several_workers_of_uvicorn_share_a_ledger(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "deliveryledger.web:from_environment"]
    command += ["--workers", "2", "--port", str(port), "--log-level", "warning"]
    environment = {
        **os.environ,
        "DELIVERYLEDGER_URL": str(tmp_path / "ledger.db"),
        "DELIVERYLEDGER_WEBHOOKS": json.dumps(ACCOUNTS),
    }
    workers = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        statuses = [_post_when_up(port, number) for number in range(30)]
    finally:
        workers.terminate()
        _, errors = workers.communicate(timeout=60)
    assert statuses == [200] * 30
    assert errors == ""
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        assert is_recorded(ledger)
        assert len(ledger.intake.unmatched(tenant="acme")) == 30


def _post_when_up(port: int, number: int) -> int:
    request = POSTMARK.sign(POSTMARK.body({**POSTMARK.good, "MessageID": f"m-{number}"}))
    deadline = time.monotonic() + 30
    while True:
        try:
            return post(port, PATH, request).status
        except ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_its_options_may_stand_before_and_after_it(tmp_path: Path):
    for options in (["--lang", "sv", "serve", "--tz", "Europe/Stockholm"], ["--tz", "Mars/Olympus", "serve"]):
        ran = subprocess.run(
            [sys.executable, "-m", "deliveryledger", *options, "--ledger", "l.db", "--port", "0"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**os.environ, "DELIVERYLEDGER_WEBHOOKS": "{}"},
        )  # fmt: skip
        assert ran.returncode == ExitCode.USAGE
        assert ("no zone of that name" in ran.stderr) == ("Mars/Olympus" in options)


def test_status_says_what_is_kept_and_not_recorded_yet(tmp_path: Path):
    from tests.inbound.requests import NOW
    from tests.web.test_resisting import kept

    with Ledger.open(tmp_path / "l.db", clock=lambda: NOW) as ledger:
        assert str(ledger.status()).endswith("webhook requests to be recorded: 0")
        ledger.requests.keep([kept(1), kept(2)])
        ledger.requests.keep([kept(3)._replace(is_verified=False)])
        status = ledger.status()
        assert (status.kept_requests, status.unverified_requests) == (3, 1)
        assert status.oldest_kept_request == NOW
        assert str(status).endswith(
            "webhook requests to be recorded: 3, of which 1 wait for a proof, "
            "the oldest since 2026-11-14 12:00 UTC"
        )
