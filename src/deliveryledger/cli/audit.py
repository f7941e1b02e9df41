"""The commands ``checkpoint`` and ``verify``: what is exported, and what it is compared with."""

from collections.abc import Sequence
from pathlib import Path

import click

from ..audit.checkpoint import claimed_checkpoint
from ..audit.signed_note import MAX_NOTE_BYTES
from ..errors import HistoryChanged, InvalidInput
from .audit_files import KEY_HELP, read_file, read_key
from .exit_codes import ExitCode
from .files import NameTaken, write_new
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json, print_view, print_wrote, progress_bar

_SUFFIX = ".checkpoint"
_EXPORT = "export a checkpoint"


@click.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a file into this folder, which is there, named by size, instead of printing it.",
)
@options("ledger", lang=OPERATORS_LANG)
@pass_settings
def checkpoint(settings: Settings, folder: Path | None) -> None:
    """Sign how the log is now, to be kept outside.

    A checkpoint proves something only where nobody who can write the ledger can write it: on another machine,
    in somebody else's mailbox, on paper. The first one makes the signing key, and the verification key, which
    is shown and belongs beside the exported checkpoints.

    With --to, nothing is overwritten, and nothing is signed unless the log extends the newest file in the
    folder.
    """
    if folder and not folder.is_dir():
        # Not made: where a share is not mounted, checkpoints would pile up beside the ledger.
        raise InvalidInput(_EXPORT, f"there is no folder {str(folder)!r}", "make the folder, or mount it")
    exported = _exported(folder) if folder else []
    with settings.open() as ledger:
        note = ledger.audit.checkpoint(extending=[_read(file) for file in exported[-1:]])
        key = ledger.audit.verification_key
    head = claimed_checkpoint(note)
    file = _write(folder, head.size, note) if folder else None
    if settings.json:
        time = head.time.isoformat() if head.time else None
        print_json(
            {
                "size": head.size,
                "time": time,
                "checkpoint": note,
                "key": key,
                "file": str(file) if file else None,
            }
        )
        return
    if file:
        print_wrote(file)
    else:
        click.echo(note, nl=False)
    click.echo(f"verification key: {key}", err=True)


@click.command()
@click.option(
    "--checkpoint",
    "paths",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH",
    help="An exported checkpoint, or a folder of them; may be given again.",
)
@click.option("--key", metavar="KEY", help=KEY_HELP)
@options("ledger", lang=OPERATORS_LANG)
@pass_settings
def verify(settings: Settings, paths: tuple[Path, ...], key: str | None) -> int:
    """Read the whole log, and say whether history was changed, and where first.

    Without an exported checkpoint only internal consistency is checked: whoever can change the log can change
    the hashes beside it. Ends with exit code 5 if something was tampered with. Changes nothing.
    """
    notes = [_read(file) for path in paths for file in (_all_in(path) if path.is_dir() else [path])]
    vkey = read_key(key) if key else None
    with settings.open() as ledger, progress_bar("verifying", quiet=settings.json) as bar:
        verification = ledger.verify(notes, vkey=vkey, progress=bar.reach)
    print_view(verification, settings)
    return ExitCode.OK if verification else ExitCode.TAMPERED


def _exported(folder: Path) -> Sequence[Path]:
    """The checkpoints in a folder, smallest first."""
    return sorted(folder.glob(f"*{_SUFFIX}"))


def _all_in(folder: Path) -> Sequence[Path]:
    if not (found := _exported(folder)):
        raise InvalidInput(
            "verify the ledger",
            f"there is no checkpoint in {str(folder)!r}",
            "check the folder, or leave --checkpoint out",
        )
    return found


def _read(file: Path) -> bytes:
    return read_file(file, MAX_NOTE_BYTES, "read a checkpoint")


def _write(folder: Path, size: int, note: str) -> Path:
    file = folder / f"{size:019}{_SUFFIX}"
    try:
        write_new(file, note, _EXPORT)
    except NameTaken:
        there = claimed_checkpoint(_read(file))
        if (there.size, there.root) != (size, claimed_checkpoint(note).root):
            raise HistoryChanged(
                _EXPORT, "there is one of this size with another root", "run `deliveryledger verify` with it"
            ) from None
    return file
