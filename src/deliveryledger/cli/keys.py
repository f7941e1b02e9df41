"""The group ``keys``: replace the keys, back them up, look at them, give up lost ones."""

import os
import sys
from datetime import timedelta
from pathlib import Path

import click

from ..errors import CommandRefused
from ..privacy.keys import KeyEncryptionKey, KeyWrapper
from ..storage.key_backup import DEFAULT_MAX_AGE, KeyBackup
from ..storage.key_command import KeyCommand
from ..storage.key_sources import COMMAND_VARIABLE, KEY_VARIABLE
from ..storage.location import sqlite_path
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json, print_view, print_wrote

NEW_KEY_VARIABLE = "DELIVERYLEDGER_NEW_KEY_ENCRYPTION_KEY"
NEW_COMMAND_VARIABLE = "DELIVERYLEDGER_NEW_KEY_COMMAND"

max_age_option = click.option(
    "--max-age",
    type=click.IntRange(1, 36_500),
    default=DEFAULT_MAX_AGE.days,
    show_default=True,
    metavar="DAYS",
    help="Remove backups of the keys in that folder that are older.",
)


@click.group()
def keys() -> None:
    """Replace the keys, back them up, look at them, give up lost ones."""


@keys.command()
@options("ledger", lang=OPERATORS_LANG)
@pass_settings
def status(settings: Settings) -> None:
    """Show versions, counts, and the newest backup that is known of."""
    with settings.open() as ledger:
        print_view(ledger.keys.status(), settings)


@keys.command()
@click.option("--to-file", is_flag=True, help="Move to a new key in the file beside the ledger.")
@options("ledger", lang=OPERATORS_LANG)
@pass_settings
def rotate(settings: Settings, to_file: bool) -> None:
    """Replace the key-encryption key, and wrap every key anew.

    The new one is what DELIVERYLEDGER_NEW_KEY_ENCRYPTION_KEY says (64 hexadecimal digits), or a random one
    that the program in DELIVERYLEDGER_NEW_KEY_COMMAND wraps, or else a random one in the file beside the
    ledger. Backups of the keys that were made before open with the old one only: make a new one afterwards.
    """
    with settings.open() as ledger:
        ledger.keys.rotate_key_encryption_key(_new_key(to_file))
        reached = ledger.keys.status()
    if settings.json:
        print_json(reached.model_dump(mode="json"))
        return
    click.echo(
        f"replaced the key-encryption key: version {reached.key_encryption_key_version}, "
        f"{reached.live_keys} {'key' if reached.live_keys == 1 else 'keys'} of people wrapped anew"
    )
    click.echo("earlier backups of the keys open with the old key only: make a new one now")


def _new_key(to_file: bool) -> bytes | KeyWrapper | None:
    text, command = os.environ.get(NEW_KEY_VARIABLE), os.environ.get(NEW_COMMAND_VARIABLE)
    if to_file or not (text or command):
        present = next((name for name in (KEY_VARIABLE, COMMAND_VARIABLE) if os.environ.get(name)), None)
        if present and not to_file:
            raise click.UsageError(
                f"{present} is set, and the file beside the ledger would not be read: set "
                f"{NEW_KEY_VARIABLE} or {NEW_COMMAND_VARIABLE}, or give --to-file and unset it afterwards"
            )
        return None
    return (
        KeyEncryptionKey.from_hex(text, f"the variable {NEW_KEY_VARIABLE}").key
        if text
        else KeyCommand.parse(command or "")
    )


@keys.command("rotate-address-secret")
@options("ledger", lang=OPERATORS_LANG)
@pass_settings
def rotate_address_secret(settings: Settings) -> None:
    """Digest addresses that the ledger has not met yet with a new secret.

    Addresses that it has met keep their keys: history is not rewritten.
    """
    with settings.open() as ledger:
        version = ledger.keys.rotate_address_secret()
    if settings.json:
        print_json({"address_secret_version": version})
    else:
        click.echo(f"new addresses are digested with secret {version} from now on")


@keys.command()
@click.argument("folder", type=click.Path(file_okay=False))
@max_age_option
@options("ledger", lang=OPERATORS_LANG)
@pass_settings
def backup(settings: Settings, folder: str, max_age: int) -> None:
    """Copy the key store into FOLDER, which should hold nothing else.

    Copies there that are older than --max-age are overwritten and removed: they could bring back what was
    erased since. The key-encryption key is never part of a copy.
    """
    with settings.open() as ledger:
        made = ledger.keys.backup(folder, max_age=timedelta(days=max_age))
    warn_if_beside(settings, folder)
    if settings.json:
        print_json(key_backup_json(made))
    else:
        print_key_backup(made)


@keys.command("give-up")
@click.option("--by", required=True, metavar="ACTOR", help="Who decided it; an id, kept for ever.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options("ledger", lang=OPERATORS_LANG)
@pass_settings
def give_up(settings: Settings, by: str, yes: bool) -> None:
    """Give up keys that are missing, where no backup of the key store has them.

    What they sealed reads as erased from then on, and everything else works again. Only keys that the log
    needs and the key store does not have are meant. On a terminal you are asked before.
    """
    with settings.open() as ledger:
        if not yes and sys.stdin.isatty():
            asked = f"Missing keys: {ledger.keys.missing()}. Give them up for good?"
            if not click.confirm(asked, err=True):
                raise CommandRefused("give up missing keys", "you said no", "nothing was changed")
        count = ledger.keys.give_up_missing(by=by)
    if settings.json:
        print_json({"given_up": count})
    else:
        click.echo(f"gave up {count} {'key' if count == 1 else 'keys'}: what was sealed reads as erased")


def key_backup_json(made: KeyBackup) -> dict[str, object]:
    """What a backup of the keys is, for programs."""
    return {
        "path": str(made.path),
        "made_at": made.made_at.isoformat(),
        "expires_at": made.expires_at.isoformat(),
        "removed": made.removed,
    }


def print_key_backup(made: KeyBackup) -> None:
    """Say what was backed up, to people."""
    removed = f"; removed {made.removed} older" if made.removed else ""
    print_wrote(made.path, f"keys, good until {made.expires_at:%Y-%m-%d}{removed}")


def warn_if_beside(settings: Settings, folder: str | None) -> None:
    """Warn of a backup of the keys in the ledger's own folder."""
    path = sqlite_path(settings.ledger or "")
    if folder is not None and path and Path(folder).resolve() == path.parent.resolve():
        click.echo(
            "warning: the backup of the keys lies beside the ledger, and whoever copies that folder "
            "has both: give a folder elsewhere",
            err=True,
        )
