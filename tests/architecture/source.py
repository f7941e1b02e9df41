"""The repository's own files, for the tests that read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "deliveryledger"

NOT_OURS = {".git", "build", "dist", "demo-ledger", "__pycache__"}


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that belongs to the repository, without what tools leave behind."""
    for entry in sorted(folder.iterdir()):
        if entry.name in NOT_OURS or entry.suffix == ".egg-info" or entry.name.endswith("_cache"):
            continue
        if entry.is_dir() and not (entry / "pyvenv.cfg").exists() and entry.name != ".hypothesis":
            yield from files(entry)
        elif entry.is_file():
            yield entry


def python_files(*folders: str) -> list[Path]:
    """The Python files below these top-level folders."""
    return [path for folder in folders for path in files(ROOT / folder) if path.suffix == ".py"]


@cache
def tree(path: Path) -> ast.Module:
    """The file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """The path as one writes it in a report."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """The dotted name under which a file of the package is imported."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
