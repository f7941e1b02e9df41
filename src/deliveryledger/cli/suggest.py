"""The command ``suggest``: which address was probably meant, one a line, without a ledger."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

import click
from pydantic import BaseModel, ConfigDict, ValidationError

from ..advice.suggestion import Suggestion
from ..advice.suggestions import suggest
from .captures import Delivery, id_of, lines
from .exit_codes import ExitCode
from .options import Settings, options, pass_settings
from .output import printable


class Question(BaseModel):
    """A line of the input. ``cv`` is an address found in the candidate's documents, or several."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    address: str
    name: str | None = None
    cv: str | list[str] | None = None
    bounced: bool | None = None

    @property
    def found(self) -> list[str]:
        """The addresses from documents."""
        return self.cv if isinstance(self.cv, list) else [self.cv] if self.cv else []


@dataclass(frozen=True)
class Answer:
    """What is suggested for one line. ``error`` says why nothing could be, without any of the content."""

    id: str | int | None
    address: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The line of an answer to a program."""
        found = [{"address": one.address, "grounds": one.grounds} for one in self.suggestions]
        answer: dict[str, Any] = {"id": self.id, "suggestions": found}
        return {**answer, "error": self.error} if self.error else answer

    def as_text(self, lang: str, tz: str) -> Iterator[str]:
        """The lines of an answer to a person."""
        yield self.error or self.address
        for one in self.suggestions:
            yield f"  {one.address}  {one.sentence(lang, tz)}"


def answer(line: Delivery, *, after_bounce: bool) -> Answer:
    """Read one line. Whatever it holds, it is answered; the next one is none the worse."""
    if line.is_too_large:
        return Answer(None, error="read a question: it is too long; split it")
    name = id_of(line.raw)
    try:
        asked = Question.model_validate_json(line.raw)
    except ValidationError as error:
        return Answer(name, error=f"read a question: {_obstacle(error)}; see docs/explanation/suggestions.md")
    bold = after_bounce or bool(asked.bounced)
    found = suggest(asked.address, name=asked.name, cv=asked.found, after_bounce=bold)
    return Answer(name, asked.address, found)


def _obstacle(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if not first["loc"]:
        return "it is no JSON object"
    return f"{first['loc'][0]} is {'missing' if first['type'] == 'missing' else 'not what is expected'}"


@click.command("suggest")
@click.option("--after-bounce", is_flag=True, help="The mailbox or domain of every line does not exist.")
@options("lang")
@pass_settings
def suggest_(settings: Settings, after_bounce: bool) -> int:
    """Say which addresses were probably meant; no ledger is needed.

    Standard input holds one question a line, as JSON: id, address as it was typed, and where they are known
    name (the candidate's), cv (an address from the candidate's documents, or a list) and bounced (true: the
    mailbox or the domain turned out not to exist, as --after-bounce says of all lines). Each line is
    answered at once, best suggestion first; none means that the address looks right, or that nothing is
    clear. With --json the answers are lines of JSON: id, and suggestions with address and grounds.

    A line that holds no question is answered too, and ends the command with exit code 4.
    """
    # Who closed standard input has nothing to ask.
    questions: BinaryIO = sys.stdin.buffer if sys.stdin else BytesIO()
    code = ExitCode.OK
    for line in lines(questions, "-"):
        answered = answer(line, after_bounce=after_bounce)
        if settings.json:
            # With escapes: some characters end a line for some readers.
            click.echo(json.dumps(answered.as_json()))
        else:
            click.echo(printable("\n".join(answered.as_text(settings.lang, settings.tz))))
        if answered.error:
            code = ExitCode.POISONED
    return code
