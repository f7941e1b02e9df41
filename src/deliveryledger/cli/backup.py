"""Commands that copy a ledger and put a copy back: backup, restore."""

from dataclasses import asdict
from datetime import timedelta

import click

from ..ledger import Ledger
from .exit_codes import ExitCode
from .keys import key_backup_json, max_age_option, print_key_backup, warn_if_beside
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json, print_wrote, printable


@click.command()
@click.argument("dest", type=click.Path(dir_okay=False))
@click.option(
    "--keys",
    "folder",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Back up the keys too, into a folder of their own.",
)
@max_age_option
@options("ledger", lang=OPERATORS_LANG)
@pass_settings
def backup(settings: Settings, dest: str, folder: str | None, max_age: int) -> None:
    """Copy the log to the file DEST while it is in use; nothing is overwritten.

    The audit log beside it is copied too (DEST.audit). The keys go elsewhere, with --keys or by
    `keys backup`: whoever has the log alone can read no address. A file DEST that is there already ends it
    with code 3.
    """
    with settings.open() as ledger:
        made = ledger.backup(dest)
        # The keys afterwards: they are always ahead of the log.
        keys = ledger.keys.backup(folder, max_age=timedelta(days=max_age)) if folder else None
    warn_if_beside(settings, folder)
    if settings.json:
        print_json(
            {
                "path": str(made.path),
                "last_position": made.last_position,
                "audit": str(made.audit) if made.audit else None,
                "keys": key_backup_json(keys) if keys else None,
            }
        )
        return
    print_wrote(made.path, _counted(made.last_position, "event"))
    if keys:
        print_key_backup(keys)


@click.command()
@click.argument("backup", type=click.Path(dir_okay=False))
@click.argument("to", type=click.Path(dir_okay=False))
@click.option(
    "--keys",
    required=True,
    type=click.Path(),
    metavar="PATH",
    help="The backup of the keys, or a folder: its newest is taken. It may be newer than the log's.",
)
@click.option("--accept-old-keys", is_flag=True, help="Take a backup of the keys above its maximum age.")
@options("lang", lang=OPERATORS_LANG)
@pass_settings
def restore(settings: Settings, backup: str, to: str, keys: str, accept_old_keys: bool) -> int:
    """Put the log in BACKUP, and its keys, to the path TO, where no ledger is.

    The key-encryption key is in no backup: put its file to TO.kek before, or set the variable. Erasures that
    the log has are applied again. Ends with code 3 if keys are missing that the log needs, or a file is there
    already.
    """
    restored = Ledger.restore(backup, keys=keys, to=to, accept_old_keys=accept_old_keys)
    if settings.json:
        print_json({**asdict(restored), "keys": str(restored.keys), "is_whole": restored.is_whole})
    else:
        click.echo(
            f"restored {_counted(restored.last_position, 'event')}; "
            f"{_counted(restored.erasures_applied, 'key')} destroyed again "
            "because their erasure is recorded"
        )
        click.echo(printable(f"keys: {restored.keys}"))
    if restored.keys_missing:
        people = _counted(restored.keys_missing, "person", "people")
        click.echo(f"alarm: the keys of {people} are not in the backup", err=True)
    if restored.address_secret_missing:
        click.echo("alarm: the newest secret of the address keys is not in the backup", err=True)
    return ExitCode.OK if restored.is_whole else ExitCode.STORAGE


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
