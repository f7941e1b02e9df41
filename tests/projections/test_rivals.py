"""Several runners on one file, and runners that are killed."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("what", ["race", "kill"])
def test_rivals(tmp_path: Path, pytestconfig: pytest.Config, what: str) -> None:
    command = [sys.executable, "-m", "tests.projections.rivals", what, str(tmp_path / "ledger.db")]
    done = subprocess.run(
        command, cwd=pytestconfig.rootpath, capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
