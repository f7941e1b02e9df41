"""The command ``anonymise``: a mail that was misread, made fit to be given away."""

import hashlib
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import click

from ..errors import InvalidInput, StorageError
from ..inbound.mail.anonymising import Anonymised, differences, leaks
from ..inbound.mail.scanner import BeyondLimits, scan
from ..inbound.mailboxes import FoundMail, mails_in
from .exit_codes import ExitCode
from .files import obstacle_of
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json, printable

_ATTEMPTED: Final = "anonymise a mail"
_LOOK: Final = "look through it before you give it away: what a person wrote in plain words is not all known"


class Outcome(NamedTuple):
    """What became of one mail. With ``leaks`` it is not handed out."""

    file: str
    raw: bytes = b""
    differences: tuple[str, ...] = ()
    leaks: tuple[str, ...] = ()
    obstacle: str | None = None

    @property
    def is_fit(self) -> bool:
        """Whether nothing of anybody was found in it."""
        return not self.leaks and self.obstacle is None

    @property
    def name(self) -> str:
        """The name of its file: told by the content, because the old name may be somebody's."""
        return f"mail-{hashlib.sha256(self.raw).hexdigest()[:12]}.eml"

    def as_text(self) -> Iterator[str]:
        """What a person is told."""
        if self.obstacle:
            yield f"{self.file}: not anonymised: {self.obstacle}"
        elif self.leaks:
            yield f"{self.file}: not handed out: {', '.join(self.leaks)} of the original remained in it"
        elif self.differences:
            yield f"{self.file}: anonymised, but it is read in another way now:"
            yield from (f"  {each}" for each in self.differences)
        else:
            yield f"{self.file}: anonymised, and read as before"


def anonymise_mail(mail: FoundMail) -> Outcome:
    """Anonymise one mail, read the result again, and search it for what must not be in it."""
    if mail.obstacle:
        return Outcome(mail.name, obstacle=mail.obstacle)
    try:
        scan(mail.raw)
    except BeyondLimits as beyond:
        return Outcome(mail.name, obstacle=str(beyond))
    made = Anonymised(mail.raw)
    found = leaks(mail.raw, made)
    return Outcome(mail.name, made.raw, tuple(differences(mail.raw, made.raw)), tuple(found))


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write a file for each mail into this folder, instead of one mail to standard output.",
)
@options("lang", lang=OPERATORS_LANG)
@pass_settings
def anonymise(settings: Settings, files: tuple[str, ...], folder: Path | None) -> int:
    """Replace addresses, names, hosts and ids in a mail, so that it can be given away.

    Structure, codes, header names and the servers' words stay; the same is always replaced by the same. The
    result is read again, and what is read in another way is told; it is searched for addresses, names and
    subjects of the original, and not handed out where one is left (exit code 1 in both cases). FILE may be
    an mbox or a folder where -o is given. No ledger is needed.
    """
    mails = _found(files)
    if folder is None:
        first, second = next(mails, None), next(mails, None)
        if second is not None:
            raise click.UsageError("several mails were found: name a folder for them with -o")
        outcomes = [anonymise_mail(first)] if first else []
        for each in outcomes:
            _print(each, settings)
        return _code(outcomes)
    _make(folder)
    outcomes = []
    for mail in mails:
        outcome = anonymise_mail(mail)
        if outcome.is_fit:
            _write(folder / outcome.name, outcome.raw)
        # Of thousands of mails only what is told of them is kept.
        outcomes.append(outcome._replace(raw=b""))
        if not settings.json:
            written = f" → {folder / outcome.name}" if outcome.is_fit else ""
            click.echo(printable("\n".join(outcome.as_text()) + written))
    if settings.json:
        print_json([_as_json(each) for each in outcomes])
    else:
        click.echo(_LOOK, err=True)
    return _code(outcomes)


def _found(files: tuple[str, ...]) -> Iterator[FoundMail]:
    for file in files:
        try:
            yield from mails_in(file)
        except OSError as error:
            yield FoundMail(file, b"", obstacle_of(error))


def _print(outcome: Outcome, settings: Settings) -> None:
    if settings.json:
        mail = b64encode(outcome.raw).decode() if outcome.is_fit else None
        print_json({**_as_json(outcome), "mail_b64": mail})
        return
    if outcome.is_fit:
        sys.stdout.buffer.write(outcome.raw)
        sys.stdout.buffer.flush()
    for line in (*outcome.as_text(), *([_LOOK] if outcome.is_fit else [])):
        click.echo(printable(line), err=True)


def _as_json(outcome: Outcome) -> dict[str, object]:
    told = outcome._asdict()
    del told["raw"]
    return {**told, "is_fit": outcome.is_fit}


def _code(outcomes: list[Outcome]) -> ExitCode:
    is_well = all(each.is_fit and not each.differences for each in outcomes)
    return ExitCode.OK if is_well else ExitCode.REFUSED


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(_ATTEMPTED, obstacle_of(error), "name a folder that you may write to") from None


def _write(file: Path, raw: bytes) -> None:
    """The name tells the content: a file of that name is this mail already."""
    try:
        file.write_bytes(raw)
    except OSError as error:
        raise StorageError(_ATTEMPTED, obstacle_of(error), "make room, or name another folder") from None
