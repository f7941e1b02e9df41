"""The canary bites, and only where it should."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deliveryledger.errors import InvalidAddress, LiftRefused
from tests.canary import Canary

LOG = logging.getLogger("deliveryledger.canary")

LEAKING = """
import logging
from deliveryledger.errors import InvalidInput

def test_logs():
    logging.getLogger("deliveryledger").debug("to %s", "ada@gmial.com")

def test_raises():
    try:
        raise InvalidInput("send", "ada@gmial.com is malformed", "correct it")
    except InvalidInput:
        pass

def test_keeps_silent():
    logging.getLogger("deliveryledger").info("nothing to see")
"""


def test_hears_an_address_in_the_arguments_of_a_log_record(canary: Canary) -> None:
    LOG.debug("could not deliver to %s", "ada@gmial.com")
    assert canary.take() == ["log record of deliveryledger.canary: could not deliver to ada@gmial.com"]


def test_hears_an_address_in_a_logged_exception_and_its_cause(canary: Canary) -> None:
    error = RuntimeError("nothing here")
    error.__cause__ = KeyError("ada@gmial.com")
    LOG.error("failed", exc_info=error)
    (leak,) = canary.take()
    assert "ada@gmial.com" in leak


def test_hears_an_address_in_an_error_that_was_caught(canary: Canary) -> None:
    with pytest.raises(InvalidAddress):
        raise InvalidAddress("register", "<ADA@GMIAL.COM> is malformed", "correct it")
    with pytest.raises(LiftRefused):
        raise LiftRefused("lift", "ada@gmial.com complained", "ask", missing=("consent",))
    assert len(canary.take()) == 2


def test_keeps_silent_about_stream_names_decorators_and_digests(canary: Canary) -> None:
    LOG.info("message-default:0190 at version 3 @ position 12, see @property and 5.1.1@v2")
    assert canary.take() == []


def test_ends_a_leaking_test_in_an_error(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    (tmp_path / "test_leaking.py").write_text(LEAKING)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.canary", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(pytestconfig.rootpath)}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[-1].startswith("3 passed, 2 errors"), run.stdout
