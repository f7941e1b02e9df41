"""The commands ``prove`` and ``verify-proof``: files that convince somebody who has no ledger."""

import sys
from pathlib import Path

import click

from ..audit.proofs import MAX_PROOF_BYTES, ProvedEvent, ProvedExtension, verify_proof
from ..audit.signed_note import MAX_NOTE_BYTES, VerificationKey
from .audit_files import KEY_HELP, read_file, read_key
from .files import write_new
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json, print_wrote, printable


@click.command()
@click.argument("event", required=False)
@click.option(
    "--since",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="CHECKPOINT",
    help="Prove that the log has only grown since this exported checkpoint.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write into this new file.")
@options("ledger", lang=OPERATORS_LANG)
@pass_settings
def prove(settings: Settings, event: str | None, since: Path | None, out: Path | None) -> None:
    """Make a file that proves an event, or that nothing but additions were made.

    EVENT is <stream>@<version>, as `activity --json` and `verify` name it. The file holds the event as it is
    stored, personal fields sealed; whoever has the verification key can check it without the ledger.
    """
    if (event is None) == (since is None):
        raise click.UsageError("name an EVENT, or a checkpoint with --since")
    with settings.open() as ledger:
        if since is not None:
            old = read_file(since, MAX_NOTE_BYTES, "read a checkpoint")
            proof = ledger.audit.prove_consistency(old)
        else:
            proof = ledger.audit.prove(event or "")
        key = ledger.audit.verification_key
    if out:
        write_new(out, proof, "write a proof")
    if settings.json:
        print_json({"proof": proof, "key": key, "file": str(out) if out else None})
    elif out:
        print_wrote(out)
    else:
        click.echo(proof, nl=False)


@click.command("verify-proof")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--key", required=True, metavar="KEY", help=KEY_HELP)
@options("lang", lang=OPERATORS_LANG)
@pass_settings
def verify_proof_(settings: Settings, file: Path, key: str) -> None:
    """Check a proof without the ledger. FILE may be - for standard input.

    Says what is proved, with the event as it is stored. Ends with exit code 5 if nothing is.
    """
    proof = (
        sys.stdin.buffer.read(MAX_PROOF_BYTES + 1)
        if str(file) == "-"
        else read_file(file, MAX_PROOF_BYTES, "read a proof")
    )
    proved = verify_proof(proof, VerificationKey.parse(read_key(key)))
    if settings.json:
        print_json(_as_json(proved))
        return
    click.echo(printable(str(proved)))
    if isinstance(proved, ProvedEvent):
        click.echo(printable(proved.event.data.decode("utf-8", "replace")))


def _as_json(proved: ProvedEvent | ProvedExtension) -> dict[str, object]:
    if isinstance(proved, ProvedExtension):
        return {"log": proved.new.origin, "from_size": proved.old.size, "to_size": proved.new.size}
    event, checkpoint = proved.event, proved.checkpoint
    return {
        "log": checkpoint.origin,
        "event": event.event_id,
        "name": event.name,
        "stored": event.data.decode("utf-8", "replace"),
        "place": proved.place,
        "size": checkpoint.size,
        "time": checkpoint.time.isoformat() if checkpoint.time else None,
    }
