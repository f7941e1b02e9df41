"""The command as a process: killed in the middle nothing is lost, ended it stops in good order."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deliveryledger import Ledger
from tests.outbound.webhooks.ats import SECRET, Ats, Reply
from tests.outbound.webhooks.conftest import bounced, candidate, deferred
from tests.web.servers import SECONDS, until

TYPES = ["message.deferred", "message.bounced"]


def command(ats: Ats, path: Path, *options: str) -> "subprocess.Popen[str]":
    settings = {"ats": {"url": ats.url, "secrets": [SECRET], "types": TYPES}}
    return subprocess.Popen(
        [sys.executable, "-m", "deliveryledger", "send-webhooks", "--ledger", str(path), *options],
        env={**os.environ, "DELIVERYLEDGER_SUBSCRIPTIONS": json.dumps(settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def fill(path: Path, number: int) -> None:
    with Ledger.open(path) as ledger:
        names = [candidate(ledger, each) for each in range(number)]
        for happened in (deferred, bounced):
            for name in names:
                happened(ledger, name)


@pytest.mark.slow
def test_kills_lose_nothing_and_repeat_with_the_same_id_in_order(ats: Ats, path: Path):
    fill(path, 60)
    chance = random.Random(7)
    ats.reply = lambda _: Reply(204, pause=0.0002)
    options = ("--from", "1")
    for _ in range(5):
        process = command(ats, path, *options)
        before = len(ats.taken)
        until(lambda before=before: len(ats.taken) > before)
        time.sleep(0.1 * chance.random())
        process.kill()
        process.communicate(timeout=SECONDS)
        options = ()
    assert len(ats.taken) < 120 + 5
    out, errors = command(ats, path, "--once", "--json").communicate(timeout=SECONDS)
    assert errors == ""
    assert json.loads(out)[0]["waiting"] == 0
    assert len({each.id for each in ats.taken}) == 120
    assert len({(each.id, each.body) for each in ats.taken}) == 120
    assert len(ats.taken) <= 120 + 5  # at most the one that was under way
    for number in range(60):
        assert list(dict.fromkeys(ats.types(f"msg-{number}"))) == TYPES


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_follows_the_log_and_ends_when_told_without_repeating(ats: Ats, path: Path, how: signal.Signals):
    fill(path, 1)
    process = command(ats, path, "--from", "1", "--every", "0.05")
    until(lambda: len(ats.taken) == 2)
    with Ledger.open(path) as ledger:
        deferred(ledger, candidate(ledger, 2))
    until(lambda: len(ats.taken) == 3)
    process.send_signal(how)
    out, errors = process.communicate(timeout=SECONDS)
    assert (process.returncode, errors) == (0, "")
    assert out.startswith("ats: sent 3, failed 0, waiting 0, parked 0; up to position ")
    assert command(ats, path, "--once").communicate(timeout=SECONDS)[0].startswith("ats: sent 0")
    assert len(ats.taken) == 3


def test_what_was_disabled_is_listed_and_taken_up_again(ats: Ats, path: Path):
    fill(path, 1)
    ats.reply = lambda _: Reply(410)
    out, errors = command(ats, path, "--once", "--from", "1").communicate(timeout=SECONDS)
    assert "disabled by answer 410" in out
    assert "127.0.0.1" not in out + errors
    listed = command(ats, path, "--list-parked", "--json").communicate(timeout=SECONDS)[0]
    assert json.loads(listed)["standing"][0]["disabled"] == "410"
    ats.reply = lambda _: Reply()
    out, _ = command(ats, path, "--once", "--retry-parked").communicate(timeout=SECONDS)
    assert out.startswith("ats: sent 2")
