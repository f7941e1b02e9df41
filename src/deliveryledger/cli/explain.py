"""The command ``explain``: why a mail was read as it was; what decided, and what would have come next."""

import textwrap
from collections.abc import Iterator
from typing import Any, Final

import click

from ..advice.next_steps import reason_sentence
from ..advice.plans import BY_REASON
from ..advice.wording import text
from ..classification.classify import NO_RULE
from ..errors import InvalidInput
from ..inbound.mail.explaining import explained
from ..inbound.mailboxes import mails_in
from .exit_codes import ExitCode
from .files import obstacle_of
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import fitted, print_json, printable

_MOST_WORDS: Final = 400
"""Characters of a server's words that a person is shown; --json has all of them."""
_WIDTH: Final = 100
_MARGIN: Final = 16
"""Where the values begin, behind their titles."""
_TITLES: Final = {"bounce": "no bounce", "complaint": "no complaint", "auto_reply": "no answer"}
_NOTHING: Final = ("not_a_report", "auto_reply", "unreadable")
"""Kinds of which a person wants to know why they are not something else."""


@click.command()
@click.argument("file", metavar="FILE")
@options("lang", lang=OPERATORS_LANG)
@pass_settings
def explain(settings: Settings, file: str) -> int:
    """Say why a mail is read as it is: which rule decided on what, and what the next ones would have said.

    Of what is no bounce or no complaint it says why it is none. FILE holds a mail, or several (an mbox, a
    folder, or - for standard input). The answer shows what is in the mail, addresses too; no ledger is
    needed.
    """
    try:
        answers = [explained(*mail) for mail in mails_in(file)]
    except OSError as error:
        raise InvalidInput("read a file", obstacle_of(error), "name a file that you may read") from None
    if settings.json:
        print_json(answers)
    else:
        for number, each in enumerate(answers):
            lines = ("", *as_text(each)) if number else as_text(each)
            click.echo(printable("\n".join(lines)))
    return ExitCode.OK


def as_text(explained: dict[str, Any]) -> Iterator[str]:
    """What a person reads about one mail."""
    yield explained["file"]
    kind = explained["kind"].replace("_", " ")
    yield from _row(
        "read as", kind + (f", {explained['feedback_type']}" if explained["feedback_type"] else "")
    )
    yield from _row("unreadable", explained["error"])
    yield from _rows("because", explained["because"])
    if explained["kind"] in _NOTHING:
        for what, title in _TITLES.items():
            yield from _rows(title, explained["against"].get(what, []))
    yield from _rows("ignored", explained["ignored"])
    for report in explained["reports"]:
        yield ""
        yield from _report_text(report)


def _report_text(report: dict[str, Any]) -> Iterator[str]:
    yield from _row("recipient", report["recipient"] or "none named")
    yield from _row("found in", report["recipient_found"])
    ours = f"our id {report['message_id']}" if report["message_id"] else ""
    theirs = f"Message-ID {report['provider_message_id']}" if report["provider_message_id"] else ""
    yield from _row("refers to", ", ".join(filter(None, (ours, theirs))))
    by = f" ({report['outcome_found']})" if report["outcome_found"] else ""
    codes = (("status", report["status"]), ("reply code", report["reply_code"]))
    said = [
        f"{report['action'] or report['outcome']}{by}",
        *(f"{name} {value}" for name, value in codes if value),
    ]
    yield from _row("says", ", ".join(said))
    yield from _row("server", report["remote_mta"])
    yield from _evidence(report)
    if report["reason"]:
        sentence = reason_sentence(report["reason"], lang="en")
        yield from _row("reason", f"{report['reason']}, {report['severity']}: {sentence}")
        yield from _row("what to do", text(BY_REASON[report["reason"]].advice, "en"))
    for number, step in enumerate(report["steps"]):
        title = "decided by" if number == 0 else "then" if number == 1 else ""
        if step["rule"] != NO_RULE:
            yield from _row(title, f"{step['rule']} → {step['reason']}, on {step['on']}")
            yield from _row("", f"  ({step['source']})")
        elif number == 0:
            yield from _row(title, f"no rule: none applies, which makes it {step['reason']}")


def _evidence(report: dict[str, Any]) -> Iterator[str]:
    """The words that decided, or those that were reported where nothing had to be decided."""
    evidence = report["evidence"]
    words = evidence["words"] if evidence else report["diagnostic"] or ""
    yield from _row("words", textwrap.shorten(words, _MOST_WORDS, placeholder=" …"))
    if evidence:
        yield from _row("said in", evidence["found"])
        yield from _row("refused at", evidence["phase"])


def _rows(title: str, values: list[str]) -> Iterator[str]:
    for number, value in enumerate(values):
        yield from _row("" if number else title, value)


def _row(title: str, value: str | None) -> Iterator[str]:
    """Folded under itself; nothing where there is no value."""
    if value:
        folded = fitted(f"{'':{_MARGIN}}{value}", _WIDTH).removeprefix(" " * _MARGIN)
        yield f"  {title:<{_MARGIN - 2}}{folded}"
