"""A file holds one concept, a function one thought: 250 and 60 lines are where they stop."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import name_of, python_files, tree

FILE_LIMIT = 250
FUNCTION_LIMIT = 60

EVERYWHERE = python_files("src", "tests", "examples")


def lines_of(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def is_table(node: ast.stmt) -> bool:
    """A constant of several lines at the top of a module: data, which may be as long as it has rows."""
    return isinstance(node, ast.Assign | ast.AnnAssign) and lines_of(node) > 3


def long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > FUNCTION_LIMIT:
            yield f"{name_of(path)}:{node.lineno} {node.name}: {lines_of(node)} lines"


@pytest.mark.parametrize("path", EVERYWHERE, ids=name_of)
def test_no_file_is_longer_than_the_limit_its_tables_not_counted(path: Path) -> None:
    total = len(path.read_text(encoding="utf-8").splitlines())
    tables = sum(lines_of(node) for node in tree(path).body if is_table(node))
    assert total - tables <= FILE_LIMIT


@pytest.mark.parametrize("path", EVERYWHERE, ids=name_of)
def test_no_function_is_longer_than_the_limit(path: Path) -> None:
    assert list(long_functions(path)) == []
