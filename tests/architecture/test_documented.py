"""Every public class, function and method says what one may rely on."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import module_of, name_of, python_files, tree

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

# Decorators under which a function repeats what another definition has documented.
REPEATS = {"overload", "setter", "deleter"}


def public(body: list[ast.stmt]) -> Iterator[Definition]:
    for node in body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            decorators = {ast.unparse(each).split("(")[0].rpartition(".")[2] for each in node.decorator_list}
            if not decorators & REPEATS:
                yield node


def inherits_its_docstring(path: Path, owner: str, method: str) -> bool:
    """Whether the method fulfils a contract that a base class has written down."""
    member = getattr(getattr(importlib.import_module(module_of(path)), owner), method, None)
    return inspect.getdoc(member) is not None


def undocumented(path: Path) -> Iterator[str]:
    for node in public(tree(path).body):
        if ast.get_docstring(node) is None:
            yield f"{name_of(path)}:{node.lineno} {node.name}"
        if isinstance(node, ast.ClassDef):
            for method in public(node.body):
                if ast.get_docstring(method) or inherits_its_docstring(path, node.name, method.name):
                    continue
                yield f"{name_of(path)}:{method.lineno} {node.name}.{method.name}"


@pytest.mark.parametrize("path", python_files("src"), ids=name_of)
def test_everything_public_is_documented(path: Path) -> None:
    assert list(undocumented(path)) == []


@pytest.mark.parametrize("path", python_files("src"), ids=name_of)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    # An empty __init__.py only marks a folder; a folder is a role, told in docs/explanation.
    if path.read_text(encoding="utf-8").strip():
        assert ast.get_docstring(tree(path)), f"{name_of(path)} has no docstring"
