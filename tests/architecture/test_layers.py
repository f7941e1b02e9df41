"""Imports point down only (the contracts are in pyproject.toml)."""

import subprocess
import sys
from pathlib import Path

import pytest


def test_import_linter_keeps_every_contract(pytestconfig: pytest.Config) -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    run = subprocess.run(command, cwd=pytestconfig.rootpath, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
