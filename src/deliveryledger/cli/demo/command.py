"""The command ``demo``: a fresh ledger, the sample inbox, everything shown."""

import tempfile
from pathlib import Path

import click

from ...ledger import Ledger
from ..exit_codes import ExitCode
from ..options import OPERATORS_LANG, Settings, options, pass_settings
from .cast import StoryClock
from .stage import Stage
from .story import Story

_FILE = "demo.db"
_INTRODUCTION = """A recruiter writes to five candidates. Four of the messages go wrong, each in a way of
its own. What follows runs on a real ledger, through the public API; only the clock is set."""


@click.command()
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Keep the ledger in this folder, to look at it with the other commands.",
)
@options("lang", "tz", "json", lang=OPERATORS_LANG)
@pass_settings
def demo(settings: Settings, keep: Path | None) -> int:
    """Show the main job in two minutes, on a ledger of its own.

    Five messages, the sample inbox, cards, bell, filter and activity log in Swedish and English, a
    correction, a resend, two lifts, and in the end everything rebuilt from the log and compared. The
    story is told in English.
    """
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="deliveryledger-demo-") as folder:
            return _tell(Path(folder), settings)
    if (keep / _FILE).exists():
        raise click.UsageError(f"{keep / _FILE} is there already: name another folder, or remove it")
    keep.mkdir(parents=True, exist_ok=True)
    code = _tell(keep, settings)
    if not settings.json:
        click.echo(f"kept: deliveryledger --ledger {keep / _FILE} card cand-7 --lang sv")
    return code


def _tell(folder: Path, settings: Settings) -> ExitCode:
    clock, stage = StoryClock(), Stage(as_json=settings.json)
    stage.say(_INTRODUCTION)
    path = folder.resolve() / _FILE
    with Ledger.open(path, clock=clock) as ledger:
        comparison = Story(ledger, path, inbox(), stage, clock, settings.tz).tell()
    stage.end()
    return ExitCode.REFUSED if comparison.different else ExitCode.OK


def inbox() -> Path:
    """The sample inbox: in an installed package beside the commands, in a checkout in ``examples/``.

    The wheel carries a copy (``force-include`` in pyproject.toml), so that the demo runs wherever the
    package is installed, and the files are kept in one place.
    """
    commands = Path(__file__).parents[1]
    packaged = commands / "inbox"
    return packaged if packaged.is_dir() else commands.parents[2] / "examples" / "inbox"
