"""Files of checkpoints, keys and proofs: read up to a limit, never overwritten."""

from pathlib import Path

import click

from ..audit.signed_note import MAX_KEY_LENGTH, VerificationKey
from ..errors import InvalidProof
from .files import obstacle_of

KEY_HELP = "The verification key that you keep outside, or the path of its file."


def read_file(file: Path, limit: int, attempted: str) -> bytes:
    """What is in a file, or its first bytes if it is larger than the limit, which its reader then refuses."""
    try:
        with file.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        raise InvalidProof(attempted, f"the file cannot be read: {obstacle_of(error)}", "check it") from None


def read_key(text: str) -> str:
    """A verification key that was given as itself or as a file; checked. Raises InvalidProof."""
    if text.count("+") < 2:
        text = read_file(Path(text), MAX_KEY_LENGTH, "read a verification key").decode("utf-8", "replace")
    return str(VerificationKey.parse(text))


def write_new(file: Path, text: str) -> bool:
    """Write a file that is not there yet, and its folder; False if it is."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise click.FileError(str(file), obstacle_of(error)) from None
    return True
