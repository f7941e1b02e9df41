"""Files: what there is to read where files and folders are named, and new ones that are written."""

import os
from contextlib import suppress
from pathlib import Path

from ..errors import InvalidInput, StorageError
from ..inbound.mailboxes.folders import Found, find_files, obstacle_of

__all__ = ["Found", "NameTaken", "find_files", "obstacle_of", "write_new"]


class NameTaken(InvalidInput):
    """There is a file of that name, and nothing is overwritten."""


def write_new(file: Path, content: str, attempted: str, *, mode: int = 0o666) -> None:
    """Write a file that is not there yet. Raises NameTaken, InvalidInput, StorageError."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise NameTaken(attempted, f"there is a file {str(file)!r} already", "give another name") from None
    except FileNotFoundError:
        raise InvalidInput(
            attempted, f"there is no folder {str(file.parent)!r}", "make the folder, or mount it"
        ) from None
    except OSError as error:
        raise InvalidInput(
            attempted, obstacle_of(error), "name a new file in a folder that you may write to"
        ) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(content)
    except OSError as error:
        with suppress(OSError):
            file.unlink()  # half a file may be taken for a whole one
        raise StorageError(attempted, obstacle_of(error), "make room, then try again") from None
