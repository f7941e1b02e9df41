"""What names a message of ours in the few bytes that an address has room for: its id, or a digest."""

import hashlib
from typing import Final, NamedTuple
from uuid import UUID

from ..errors import InvalidIdentifier
from .identifiers import check_id, check_tenant

_DIGEST, _UUID, _TEXT = b"\x00", b"\x01", b"\x02"
_DIGEST_SIZE: Final = 16
_MAX_SIZE: Final = 28
"""Bytes. With 80 bits of a signature and in base32 they are 61 of the 64 octets that RFC 5321 4.5.3.1.1
allows before the @."""
DEFAULT_TENANT: Final = "default"


class MessageReference(NamedTuple):
    """A tenant's message. Where the id was too long, only ``digest`` is known."""

    digest: str
    """128 bits of SHA-256 over tenant and id. Anybody can compute it: unsigned it proves nothing."""
    message_id: str | None = None
    tenant: str | None = None

    @classmethod
    def of(cls, message_id: str, tenant: str) -> "MessageReference":
        """Of a message whose id and tenant are known."""
        digest = hashlib.sha256(f"{tenant}\n{message_id}".encode()).hexdigest()[: 2 * _DIGEST_SIZE]
        return cls(digest, message_id, tenant)

    @property
    def has_long_id(self) -> bool:
        """Whether a packed reference has only the digest, by which the ledger has to find the message."""
        return self.pack()[:1] == _DIGEST

    def pack(self) -> bytes:
        """At most 28 bytes: a UUID and a tenant of up to 11 characters, or both in 26, or the digest."""
        if self.message_id is None or self.tenant is None:
            return _DIGEST + bytes.fromhex(self.digest)
        tenant = b"" if self.tenant == DEFAULT_TENANT else self.tenant.encode()
        if uuid := _uuid(self.message_id):
            packed = _UUID + uuid + tenant
        else:
            packed = _TEXT + bytes([len(tenant)]) + tenant + self.message_id.encode()
        return packed if len(packed) <= _MAX_SIZE else _DIGEST + bytes.fromhex(self.digest)


def unpack(packed: bytes) -> MessageReference | None:
    """What ``pack`` made; None for anything else."""
    kind, rest = packed[:1], packed[1:]
    if kind == _DIGEST:
        return MessageReference(rest.hex()) if len(rest) == _DIGEST_SIZE else None
    try:
        if kind == _UUID:
            message_id, tenant = str(UUID(bytes=rest[:_DIGEST_SIZE])), rest[_DIGEST_SIZE:].decode()
        elif kind == _TEXT:
            end = 1 + rest[0]
            message_id, tenant = rest[end:].decode(), rest[1:end].decode()
        else:
            return None
        check_id(message_id, "message id")
        return MessageReference.of(message_id, check_tenant(tenant or DEFAULT_TENANT))
    except (ValueError, IndexError, InvalidIdentifier):
        return None


def _uuid(text: str) -> bytes | None:
    """The 16 bytes of a UUID in its canonical form (RFC 9562 4): another form would not come back."""
    try:
        uuid = UUID(text)
    except ValueError:
        return None
    return uuid.bytes if str(uuid) == text else None
