"""How answers reach the terminal: as text that fits, or as JSON."""

import json
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from pydantic import BaseModel
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from .options import Settings

_HANGING = re.compile(r"\s*(?:(?:\d\d:\d\d|[●○✓⚠]) +)?")
_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def print_view(view: BaseModel, settings: Settings) -> None:
    """What a question returned, as text or as JSON."""
    if settings.json:
        print_json(view.model_dump(mode="json"))
    else:
        width = max(80, shutil.get_terminal_size().columns) if sys.stdout.isatty() else None
        click.echo(printable(fitted(str(view), width)))


def print_json(data: object) -> None:
    """JSON, readable and without escapes."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def print_wrote(file: Path, what: str = "") -> None:
    """Say which file was written, and what it holds where its name does not say."""
    click.echo(printable(f"wrote {file} ({what})" if what else f"wrote {file}"))


def printable(text: str) -> str:
    """The text without anything that would steer a terminal: subjects and servers' words are foreign."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _steers(character) else character for character in text)


def _steers(character: str) -> bool:
    if character in _TURNS_TEXT_AROUND:
        return True
    return character != "\n" and unicodedata.category(character) in ("Cc", "Cs")


def fitted(text: str, width: int | None = 80) -> str:
    """Lines that are too long, continued below their own text. Frames fit already. None: as they are."""
    if width is None:
        return text
    return "\n".join(_fit(line, width) for line in text.split("\n"))


def _fit(line: str, width: int) -> str:
    if len(line) <= width or line.startswith(("│", "┌", "├", "└")):
        return line
    start = _HANGING.match(line)
    indent = " " * (start.end() if start else 0)
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


class Bar:
    """A progress bar of one task."""

    def __init__(self, progress: Progress, label: str) -> None:
        self._progress = progress
        self._task = progress.add_task(label, total=None)

    def reach(self, done: int, total: int) -> None:
        """Show how far it is."""
        self._progress.update(self._task, completed=done, total=total)

    def advance(self, by: int) -> None:
        """Show that it is so much further."""
        self._progress.advance(self._task, by)


@contextmanager
def progress_bar(label: str, *, quiet: bool = False) -> Iterator[Bar]:
    """A bar on standard error while the block runs; only where a person watches."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    hidden = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        yield Bar(progress, label)
