"""The repository speaks of the product alone: no machine, no registry, nothing outside itself."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, files, name_of

# Written in pieces, so that this file does not find itself.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("anaconda", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("proxy", "golang", "org"),
    )
]
HOMES = ["/" + folder + "/" for folder in ("home", "root", "Users")]
OUTSIDE = "../" + "shared"
MAY_LOOK_OUTSIDE = ("tests/", "Makefile")

EVERY_FILE = list(files())


def machine_paths() -> list[str]:
    """Home folders anywhere, and the place of this checkout, unless it is so short that it says nothing."""
    checkout = [f"{folder}/" for folder in (ROOT, ROOT.parent) if folder != Path(folder.anchor)]
    return HOMES + checkout


def found(path: Path, pattern: re.Pattern[str]) -> Iterator[str]:
    text = path.read_bytes().decode("latin-1")
    for match in pattern.finditer(text):
        yield f"{name_of(path)}:{text.count(chr(10), 0, match.start()) + 1} {match[0]}"


def either(words: list[str], before: str = "") -> re.Pattern[str]:
    return re.compile(before + "(?:" + "|".join(map(re.escape, words)) + ")")


@pytest.mark.parametrize("path", EVERY_FILE, ids=name_of)
def test_no_file_names_a_path_of_a_machine_or_a_package_registry(path: Path) -> None:
    # A path begins where it is not the continuation of another one: docs/home/ is none.
    assert list(found(path, either(machine_paths(), before=r"(?<![\w.<>/*-])"))) == []
    assert list(found(path, either(REGISTRIES))) == []


@pytest.mark.parametrize("path", EVERY_FILE, ids=name_of)
def test_only_tests_and_the_makefile_look_outside_the_repository(path: Path) -> None:
    if not name_of(path).startswith(MAY_LOOK_OUTSIDE):
        assert list(found(path, either([OUTSIDE]))) == []
