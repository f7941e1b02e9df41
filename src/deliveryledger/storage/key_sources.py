"""Where the key-encryption key comes from: given, in a file, or wrapped by a key management service."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from ..errors import InvalidInput, KeyWrapperFailed, WrongKeyEncryptionKey
from ..privacy.keys import KEY_BYTES, KeyEncryptionKey, KeyWrapper, new_key
from .key_command import KeyCommand
from .key_file import KeyFile

KEY_VARIABLE = "DELIVERYLEDGER_KEY_ENCRYPTION_KEY"
COMMAND_VARIABLE = "DELIVERYLEDGER_KEY_COMMAND"
_LONGEST_WRAPPED = 32 * 1024


class KeySource(Protocol):
    """Where a key store's key-encryption key comes from."""

    kind: str

    def new(self, ledger_id: str, *, replaces: bool) -> tuple[KeyEncryptionKey, bytes | None]:
        """The key for a new store, or in place of another key, and its wrapped form to be kept there."""

    def candidates(self, ledger_id: str, wrapped: bytes | None) -> Iterator[KeyEncryptionKey]:
        """The keys that may fit, likeliest first. Raises KeyStoreError."""

    def stage(self, present: KeyEncryptionKey, new: KeyEncryptionKey) -> None:
        """Make sure that the new key can be found again; the key store's write lock is held."""

    @property
    def is_staged(self) -> bool:
        """Whether :meth:`settle` has something to do."""

    def settle(self, present: KeyEncryptionKey) -> None:
        """Put the key in force in its place; the key store's write lock is held."""


class _Unstaged:
    """A source that keeps no key of its own."""

    is_staged = False

    def stage(self, present: KeyEncryptionKey, new: KeyEncryptionKey) -> None:
        """Nothing to do."""
        del present, new

    def settle(self, present: KeyEncryptionKey) -> None:
        """Nothing to do."""
        del present


class GivenKey(_Unstaged):
    """A key from the caller or from the environment."""

    kind = "given"

    def __init__(self, key: KeyEncryptionKey) -> None:
        self._key = key

    def new(self, ledger_id: str, *, replaces: bool) -> tuple[KeyEncryptionKey, bytes | None]:
        """The key itself; nothing is kept of it."""
        del ledger_id, replaces
        return self._key, None

    def candidates(self, ledger_id: str, wrapped: bytes | None) -> Iterator[KeyEncryptionKey]:
        """The key itself."""
        del ledger_id
        _refuse_wrapped(wrapped)
        yield self._key


class FileKey:
    """A key in a file beside the ledger."""

    kind = "file"

    def __init__(self, file: KeyFile) -> None:
        self._file = file

    def new(self, ledger_id: str, *, replaces: bool) -> tuple[KeyEncryptionKey, bytes | None]:
        """The file's key for a new ledger, made if there is none; a random one to replace another."""
        del ledger_id
        return (KeyEncryptionKey(new_key()) if replaces else self._file.make_or_read()), None

    def candidates(self, ledger_id: str, wrapped: bytes | None) -> Iterator[KeyEncryptionKey]:
        """The file's key, then one that was staged."""
        del ledger_id
        _refuse_wrapped(wrapped)
        return self._file.candidates()

    def stage(self, present: KeyEncryptionKey, new: KeyEncryptionKey) -> None:
        """Write the new key beside the file."""
        self._file.stage(present, new)

    @property
    def is_staged(self) -> bool:
        """Whether a rotation has left a second file."""
        return self._file.is_staged

    def settle(self, present: KeyEncryptionKey) -> None:
        """Rename the staged file if it is the one in force; else it is left over from a kill."""
        with contextlib.suppress(OSError):  # both are tried when the ledger is opened
            self._file.settle(present)


class WrappedKey(_Unstaged):
    """A random key that lies in the key store, wrapped by something else, which is asked once per start."""

    kind = "wrapper"

    def __init__(self, wrapper: KeyWrapper) -> None:
        self._wrapper = wrapper

    def new(self, ledger_id: str, *, replaces: bool) -> tuple[KeyEncryptionKey, bytes | None]:
        """A random key and its wrapped form, which was unwrapped again before anything relies on it."""
        del replaces
        key = new_key()
        try:
            wrapped: object = self._wrapper.wrap(key, _context(ledger_id))
        except Exception as error:
            raise _failed(error) from None
        if not isinstance(wrapped, bytes) or not 0 < len(wrapped) <= _LONGEST_WRAPPED or _shows(key, wrapped):
            raise KeyWrapperFailed(
                "wrap the key-encryption key",
                "the answer is empty, too long or holds the key in clear",
                "check the wrapper; nothing was changed",
            )
        if self._unwrap(wrapped, ledger_id).key != key:
            raise KeyWrapperFailed(
                "wrap the key-encryption key",
                "what was wrapped does not unwrap to the same key",
                "check the wrapper; nothing was changed",
            )
        return KeyEncryptionKey(key), wrapped

    def candidates(self, ledger_id: str, wrapped: bytes | None) -> Iterator[KeyEncryptionKey]:
        """The unwrapped key."""
        if wrapped is None:
            raise WrongKeyEncryptionKey(
                "unwrap the key-encryption key",
                "this key store has none that is wrapped",
                "open the ledger with its key or key file; ledger.keys.rotate_key_encryption_key() "
                "takes a wrapper",
            )
        yield self._unwrap(wrapped, ledger_id)

    def _unwrap(self, wrapped: bytes, ledger_id: str) -> KeyEncryptionKey:
        try:
            key: object = self._wrapper.unwrap(wrapped, _context(ledger_id))
        except Exception as error:
            raise _failed(error) from None
        if not isinstance(key, bytes) or len(key) != KEY_BYTES:
            raise KeyWrapperFailed(
                "unwrap the key-encryption key", f"the answer has not {KEY_BYTES} bytes", "check the wrapper"
            )
        return KeyEncryptionKey(key)


def _shows(key: bytes, wrapped: bytes) -> bool:
    return key in wrapped or key.hex().encode() in wrapped.lower()


def _context(ledger_id: str) -> str:
    return f"deliveryledger-{ledger_id}"


def _failed(error: Exception) -> KeyWrapperFailed:
    """A wrapper's own error; its text may hold anything and is left out."""
    if isinstance(error, KeyWrapperFailed):
        return error
    return KeyWrapperFailed(
        "ask for the key-encryption key", f"the wrapper raised {type(error).__name__}", "check the wrapper"
    )


def _refuse_wrapped(wrapped: bytes | None) -> None:
    if wrapped is not None:
        raise WrongKeyEncryptionKey(
            "take a key-encryption key",
            "the one of this ledger lies wrapped in its key store",
            f"open the ledger with its wrapper (key_encryption_key=, or {COMMAND_VARIABLE})",
        )


def key_file(ledger: Path) -> KeyFile:
    """The key file beside a ledger."""
    return KeyFile(ledger.with_name(ledger.name + ".kek"))


def given_source(given: bytes | KeyWrapper) -> KeySource:
    """What a caller gave. Raises InvalidInput."""
    if isinstance(given, bytes):
        return GivenKey(KeyEncryptionKey(given))
    if not callable(getattr(given, "wrap", None)) or not callable(getattr(given, "unwrap", None)):
        raise InvalidInput(
            "take a key-encryption key",
            "it is neither bytes nor a KeyWrapper",
            f"give {KEY_BYTES} bytes, or an object with wrap() and unwrap()",
        )
    return WrappedKey(given)


def key_source(ledger: Path, given: bytes | KeyWrapper | None = None) -> KeySource:
    """What a caller gave, else what the environment names, else the file. Raises KeyStoreError."""
    if given is not None:
        return given_source(given)
    if (text := os.environ.get(KEY_VARIABLE)) is not None:
        return GivenKey(KeyEncryptionKey.from_hex(text, f"the variable {KEY_VARIABLE}"))
    if command := os.environ.get(COMMAND_VARIABLE):
        return WrappedKey(KeyCommand.parse(command))
    return FileKey(key_file(ledger))
