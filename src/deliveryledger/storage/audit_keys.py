"""The key that signs checkpoints: in a file beside the ledger, in the environment, or the caller's own."""

import contextlib
import os
from pathlib import Path

from ..audit.signed_note import Signer, SigningKey, VerificationKey
from ..errors import InvalidProof, SigningKeyUnusable

VARIABLE = "DELIVERYLEDGER_SIGNING_KEY"
"""``PRIVATE+KEY+…``, where it is not to lie beside the ledger."""
_ATTEMPTED = "sign a checkpoint"


class SigningKeys:
    """The keys of the ledger at ``path`` (None: in memory, gone with it). ``name`` is the log's origin."""

    def __init__(self, path: Path | None, name: str) -> None:
        self._name = name
        self._memory: SigningKey | None = None
        self._memory_public: VerificationKey | None = None
        self._file = path.with_name(path.name + ".signing-key") if path else None
        self._public_file = path.with_name(path.name + ".vkey") if path else None

    def signer(self, given: Signer | None) -> Signer:
        """The one to sign with; a new one only for a ledger that never had one. Raises SigningKeyUnusable."""
        signer = given or self._from_environment() or self._own()
        if signer.verification_key.name != self._name:
            raise SigningKeyUnusable(
                _ATTEMPTED, "the key is named for another ledger", f"use a key with the name {self._name}"
            )
        self._publish(signer.verification_key)
        return signer

    def verification_key(self) -> VerificationKey | None:
        """The public part of the key that signed the first checkpoint, from beside the ledger."""
        if self._public_file is None:
            return self._memory_public
        text = _read(self._public_file)
        return VerificationKey.parse(text) if text is not None else None

    def _from_environment(self) -> SigningKey | None:
        text = os.environ.get(VARIABLE)
        return _parse(text, VARIABLE) if text else None

    def _own(self) -> SigningKey:
        if self._file is None:
            self._memory = self._memory or SigningKey(self._name, os.urandom(32))
            return self._memory
        text = _read(self._file)
        if text is None:
            if self.verification_key():
                raise SigningKeyUnusable(
                    _ATTEMPTED,
                    f"{VARIABLE} is not set, and there is no key file, though checkpoints were signed before",
                    "restore the key; or remove the .vkey file, to begin with a new key and publish it",
                )
            _write_once(self._file, SigningKey(self._name, os.urandom(32)).secret_text(), mode=0o600)
            text = _read(self._file)
        return _parse(text or "", "the key file")

    def _publish(self, key: VerificationKey) -> None:
        known = self.verification_key()
        if known is None and self._public_file is None:
            self._memory_public = key
        elif known is None and self._public_file is not None:
            _write_once(self._public_file, str(key), mode=0o644)
        elif known != key:
            raise SigningKeyUnusable(
                _ATTEMPTED,
                "the key is not the one that signed before",
                "use that one; or remove the .vkey file, to go on with the new key and publish it",
            )


def _parse(text: str, where: str) -> SigningKey:
    try:
        return SigningKey.parse(text)
    except InvalidProof as error:
        raise SigningKeyUnusable(
            _ATTEMPTED, f"{where} has no signing key in it: {error.obstacle}", "restore the right key"
        ) from None


def _read(file: Path) -> str | None:
    try:
        return file.read_text("utf-8", "replace")
    except FileNotFoundError:
        return None
    except OSError:
        raise SigningKeyUnusable(_ATTEMPTED, f"{file.name!r} cannot be read", "check its rights") from None


def _write_once(file: Path, text: str, *, mode: int) -> None:
    # Written under another name and linked into place, so that nobody reads half a key and the first wins.
    temporary = file.with_name(f"{file.name}.{os.getpid()}-{os.urandom(4).hex()}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "w") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            with contextlib.suppress(FileExistsError):
                os.link(temporary, file)
        finally:
            temporary.unlink()
    except OSError:
        raise SigningKeyUnusable(
            _ATTEMPTED, f"{file.name!r} cannot be written", "check the rights of the folder"
        ) from None
