"""The key-encryption key in a file, and how it is swapped so that a kill at any point loses none.

A rotation writes the next key beside the file (``.new``), commits, then renames. Whoever opens the ledger
tries both. All of it happens under the key store's write lock, so a second file that does not fit is left
over from a rotation that was killed before it committed.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from ..errors import KeyStoreMissing, StorageError, WrongKeyEncryptionKey
from ..privacy.keys import KeyEncryptionKey, new_key


class KeyFile:
    """A file with 64 hexadecimal digits, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._staged = path.with_name(path.name + ".new")

    def make_or_read(self) -> KeyEncryptionKey:
        """The key of the file, made if there is none. Raises KeyStoreMissing, WrongKeyEncryptionKey."""
        if not self._path.exists():
            _create(self._path)
        return self._read()

    def candidates(self) -> Iterator[KeyEncryptionKey]:
        """The key of the file, then the one beside it. Raises KeyStoreMissing, WrongKeyEncryptionKey."""
        staged = _read_staged(self._staged)
        try:
            yield self._read()
        except (KeyStoreMissing, WrongKeyEncryptionKey):
            if staged is None:
                raise
        if staged is not None:
            yield staged

    @property
    def is_staged(self) -> bool:
        """Whether there is a second file."""
        return self._staged.exists()

    def stage(self, present: KeyEncryptionKey, key: KeyEncryptionKey) -> None:
        """Write a key beside the file, for good, after what an earlier rotation left. Raises StorageError."""
        try:
            self.settle(present)
            self._staged.unlink(missing_ok=True)
            _write(self._staged, key)
            sync_folder(self._staged)
        except OSError as error:
            raise StorageError(
                "write a key file", f"the system says: {error.strerror}", "check the rights of the folder"
            ) from None

    def settle(self, present: KeyEncryptionKey) -> None:
        """Put the second file in place of the first if its key is in force; else remove it."""
        if not self.is_staged:
            return
        staged = _read_staged(self._staged)
        if staged is not None and staged.key == present.key:
            self._staged.replace(self._path)
        else:
            self._staged.unlink(missing_ok=True)
        sync_folder(self._path)

    def _read(self) -> KeyEncryptionKey:
        try:
            text = self._path.read_text("ascii", "replace")
        except OSError:
            raise KeyStoreMissing(
                "read the key-encryption key",
                "none was given, no variable is set and the key file cannot be read",
                "give the key, set the variable, or restore the key file",
            ) from None
        return KeyEncryptionKey.from_hex(text, f"the file {self._path.name!r}")


def _read_staged(path: Path) -> KeyEncryptionKey | None:
    try:
        return KeyEncryptionKey.from_hex(path.read_text("ascii", "replace"), f"the file {path.name!r}")
    except (OSError, WrongKeyEncryptionKey):  # half a key: written by a rotation that was killed
        return None


def _create(path: Path) -> None:
    # Written under another name and linked into place, so that nobody reads half a key and the first wins.
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
    try:
        _write(temporary, KeyEncryptionKey(new_key()))
    except OSError:
        return  # reading will say that it is not there
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _write(path: Path, key: KeyEncryptionKey) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key.key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Make the names in a file's folder durable."""
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
