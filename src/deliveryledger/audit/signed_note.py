"""Signed notes with Ed25519 keys, as https://c2sp.org/signed-note describes them.

A verification key is ``<name>+<key id>+<base64 of 0x01 and the public key>``, a signing key the same with the
prefix ``PRIVATE+KEY+`` and the seed. Everything that is read may come from an adversary.
"""

import base64
import binascii
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ..errors import InvalidProof, NotProved

MAX_NOTE_BYTES = 131_072
"""Room for sixteen post-quantum signatures of witnesses, which the format wants accepted."""
MAX_KEY_LENGTH = 1_000
_ED25519 = b"\x01"
_KEY_BYTES = 32
_DASH = "\N{EM DASH} "
_PRIVATE = "PRIVATE+KEY+"


class Signer(Protocol):
    """Signs the text of a note; a hardware security module fits behind it."""

    @property
    def verification_key(self) -> "VerificationKey":
        """The public part."""

    def sign(self, text: bytes) -> bytes:
        """The Ed25519 signature (RFC 8032) of the text, 64 bytes."""


@dataclass(frozen=True)
class VerificationKey:
    """The public part of a key, with its name. ``str()`` is what is published."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "VerificationKey":
        """Read ``<name>+<key id>+<base64>``. Raises InvalidProof."""
        name, stated, public = _read_key(text.strip(), "read a verification key")
        key = cls(name, public)
        if key.id.hex() != stated or not _is_point(public):
            raise _invalid("read a verification key", "its parts do not fit each other")
        return key

    @cached_property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode(_ED25519 + self.public)}"

    def is_signed(self, text: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, repr=False)
class SigningKey:
    """A signing key in memory: the ``Signer`` for a key that lies in a file or in the environment."""

    name: str
    seed: bytes

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """Read ``PRIVATE+KEY+<name>+<key id>+<base64>``. Raises InvalidProof, without the text."""
        if not text.strip().startswith(_PRIVATE):
            raise _invalid("read a signing key", f"it does not begin with {_PRIVATE}")
        name, stated, seed = _read_key(text.strip().removeprefix(_PRIVATE), "read a signing key")
        key = cls(name, seed)
        if key.verification_key.id.hex() != stated:
            raise _invalid("read a signing key", "its parts do not fit each other")
        return key

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verification_key(self) -> VerificationKey:
        """The public part."""
        return VerificationKey(check_name(self.name), self._private.public_key().public_bytes_raw())

    def sign(self, text: bytes) -> bytes:
        """See ``Signer``."""
        return self._private.sign(text)

    def secret_text(self) -> str:
        """What :meth:`parse` reads; keep it secret."""
        return f"{_PRIVATE}{self.name}+{self.verification_key.id.hex()}+{encode(_ED25519 + self.seed)}"


def sign_note(text: str, signer: Signer) -> str:
    """The note: the text, an empty line, the signature."""
    key = signer.verification_key
    signature = signer.sign(text.encode())
    return f"{text}\n{_DASH}{check_name(key.name)} {encode(key.id + signature)}\n"


def open_note(note: str | bytes, key: VerificationKey) -> str:
    """The text of a note that the key has signed. Raises InvalidProof, and NotProved if it has not.

    Signatures of other keys (of witnesses, of an earlier key) are ignored; every one of this key must hold.
    """
    text, signatures = _split_note(note)
    ours = [signature[4:] for name, signature in signatures if name == key.name and signature[:4] == key.id]
    if not ours:
        raise NotProved("open a signed note", "this key has not signed it", "check the key and the file")
    if not all(key.is_signed(text.encode(), signature) for signature in ours):
        raise NotProved(
            "open a signed note", "its signature does not hold", "take it for forged, and keep it as evidence"
        )
    return text


def text_of(note: str | bytes) -> str:
    """The text of a note, whoever signed it: it must not be trusted. Raises InvalidProof."""
    return _split_note(note)[0]


def _split_note(note: str | bytes) -> tuple[str, list[tuple[str, bytes]]]:
    raw = note.encode("utf-8", "replace") if isinstance(note, str) else note
    if len(raw) > MAX_NOTE_BYTES:
        raise _invalid("read a signed note", f"it is larger than {MAX_NOTE_BYTES} bytes")
    try:
        decoded = raw.decode()
    except UnicodeDecodeError:
        raise _invalid("read a signed note", "it is not UTF-8") from None
    if any(character < " " and character != "\n" for character in decoded):
        raise _invalid("read a signed note", "it has control characters")
    text, separator, lines = decoded.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise _invalid("read a signed note", "there are no signatures below an empty line")
    return text + "\n", [_read_signature(line) for line in lines[:-1].split("\n")]


def _read_signature(line: str) -> tuple[str, bytes]:
    name, separator, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not separator or not _is_name(name):
        raise _invalid("read a signed note", "a line below the empty line is no signature")
    signature = decode(encoded)
    if signature is None or len(signature) < 5:
        raise _invalid("read a signed note", "a signature is not in base64")
    return name, signature


def check_name(name: str) -> str:
    """A key's name: no spaces, no plus. Raises InvalidProof."""
    if not _is_name(name):
        raise _invalid("use a key", "its name is empty, or has a space, a plus or a control character")
    return name


def _is_name(name: str) -> bool:
    return bool(name) and not any(c == "+" or c < " " or c.isspace() for c in name)


def _read_key(text: str, attempted: str) -> tuple[str, str, bytes]:
    # From the left: base64 may have a plus, a name and a key id may not.
    name, _, rest = text.partition("+") if len(text) <= MAX_KEY_LENGTH else ("", "", "")
    stated, _, encoded = rest.partition("+")
    key = decode(encoded)
    if not _is_name(name) or key is None or key[:1] != _ED25519 or len(key) != 1 + _KEY_BYTES:
        raise _invalid(attempted, "it is not <name>+<key id>+<base64> of an Ed25519 key")
    return name, stated, key[1:]


def _is_point(public: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public)
    except ValueError:
        return False
    return True


def encode(data: bytes) -> str:
    """Base 64 (RFC 4648, 4)."""
    return base64.b64encode(data).decode("ascii")


def decode(text: str) -> bytes | None:
    """The bytes, if the text is their base 64 and no other spelling of it."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if encode(data) == text else None


def _invalid(attempted: str, obstacle: str) -> InvalidProof:
    return InvalidProof(attempted, obstacle, "check that the right text was given, and all of it")
