"""What is generated from the code is current."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MARKER = "[[[" + "cog"


def test_generated_pages_are_current_or_make_docs_was_forgotten() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    generated = [str(page) for page in pages if page.exists() and MARKER in page.read_text(encoding="utf-8")]
    assert generated, "no page carries a cog marker"
    command = [sys.executable, "-m", "cogapp", "--check", "--diff", *generated]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"run 'make docs'\n{run.stdout}{run.stderr}"
