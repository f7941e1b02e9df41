"""README, docs and docstrings run as tests, each page in a folder of its own; the canary hears them all."""

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["tests.canary"]

ROOT = Path(__file__).parent


def enter_folder(namespace: dict[str, Any]) -> None:
    """Let a document's blocks run in an empty folder, so that they leave nothing in the repository."""
    folder = Path(tempfile.mkdtemp(prefix="deliveryledger-docs-"))
    stack = namespace["__folder__"] = contextlib.ExitStack()
    stack.callback(shutil.rmtree, folder)
    stack.enter_context(contextlib.chdir(folder))
    namespace["ROOT"] = ROOT  # for hidden blocks that need a file of examples/


def leave_folder(namespace: dict[str, Any]) -> None:
    """Close what the blocks left open, and go back."""
    for value in list(namespace.values()):
        if type(value).__module__.partition(".")[0] == "deliveryledger" and hasattr(value, "close"):
            value.close()
    namespace["__folder__"].close()


def run_in(folder: Path, pattern: str, parsers: list[Any], *excludes: str) -> Sybil:
    """The examples of a folder. Patterns match from the right; ``**`` would depend on Python's version."""
    return Sybil(
        parsers, pattern, excludes=excludes, path=str(folder), setup=enter_folder, teardown=leave_folder
    )


MARKDOWN = [PythonCodeBlockParser(), SkipParser()]

pytest_collect_file = SybilCollection(
    [
        run_in(ROOT, "README.md", MARKDOWN, "*/README.md"),
        run_in(ROOT / "docs", "*.md", MARKDOWN, "adr/*"),
        run_in(ROOT / "src", "*.py", [DocTestParser()]),
    ]
).pytest()


class PageByPage(LoadScopeScheduling):
    """The blocks of a page build on one another: they go to one worker, in order. Tests are dealt out singly.

    Not ``--dist=loadgroup``, which loses its groups with pytest 9.2 (pytest-xdist issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        page, _, name = nodeid.partition("::")
        return page if name.startswith("line:") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> PageByPage:
    """Deal out the tests that way."""
    return PageByPage(config, log)
