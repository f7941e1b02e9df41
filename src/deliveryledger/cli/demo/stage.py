"""How the story is told: on the terminal as numbered scenes, or collected as JSON."""

import textwrap
from collections.abc import Iterable
from typing import Any

import click
from pydantic import BaseModel

from ..output import fitted, print_json, printable

WIDTH = 80


class Stage:
    """Scenes with a title, some words, and what the ledger answers."""

    def __init__(self, *, as_json: bool = False) -> None:
        self._as_json = as_json
        self._scenes: list[dict[str, Any]] = []

    def scene(self, title: str, words: str = "") -> None:
        """Begin a scene."""
        self._scenes.append({"scene": title, "answers": []})
        if not self._as_json:
            heading = f"{len(self._scenes)}  {title}"
            click.echo()
            click.secho(heading, bold=True)
            click.secho("─" * WIDTH, dim=True)
        self.say(words)

    def say(self, words: str) -> None:
        """Explain what happens."""
        if words and not self._as_json:
            click.echo(textwrap.fill(" ".join(words.split()), WIDTH) + "\n")

    def lines(self, lines: Iterable[str], **data: Any) -> None:
        """Show facts, a line each."""
        self._scenes[-1]["answers"].append(data)
        if not self._as_json:
            for line in lines:
                click.echo(printable(fitted(line, WIDTH)))
            click.echo()

    def view(self, name: str, *views: BaseModel) -> None:
        """Show what a question returned, in as many languages as it was asked."""
        for view in views:
            self._scenes[-1]["answers"].append({name: view.model_dump(mode="json")})
            if not self._as_json:
                click.echo(printable(fitted(str(view), WIDTH)) + "\n")

    def end(self) -> None:
        """Print what was collected."""
        if self._as_json:
            print_json(self._scenes)
