"""Files of checkpoints, keys and proofs, read up to a limit."""

from pathlib import Path

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
