"""Packed documents (ZIP): how much comes out of them is counted while it comes out, whatever they declare."""

import zipfile
import zlib
from io import BytesIO

from .limits import UnreadableCv, Watch

_FREE = 1024 * 1024
"""Bytes of a part from which its ratio is looked at; a small one may pack as well as it likes."""
_CHUNK = 256 * 1024
_DAMAGED = "it is a packed document that is damaged"


class Archive:
    """The parts of a packed document."""

    def __init__(self, data: bytes, watch: Watch) -> None:
        self._watch = watch
        self._left = watch.limits.unpacked
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, LookupError):
            raise UnreadableCv(_DAMAGED) from None
        if len(members) > watch.limits.members:
            raise UnreadableCv(f"it is packed of more than {watch.limits.members:,} parts")
        self._members = {member.filename: member for member in members}
        self.names = list(self._members)
        """The names of the parts, in their order."""

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """A part; empty if there is none of that name. Raises UnreadableCv."""
        member = self._members.get(name)
        if member is None:
            return b""
        if member.flag_bits & 1:
            raise UnreadableCv("it is encrypted", "ask for it without a password")
        most = self._left
        if self._watch.limits.ratio * member.compress_size > _FREE:
            most = min(most, self._watch.limits.ratio * member.compress_size)
        else:
            most = min(most, _FREE)
        parts, size = [], 0
        try:
            with self._zip.open(member) as stream:
                while chunk := stream.read(_CHUNK):
                    parts.append(chunk)
                    size += len(chunk)
                    self._watch.look()
                    if size > most:
                        raise UnreadableCv(
                            "unpacked, it is far larger than a CV: it may be a decompression bomb"
                        )
        except (
            zipfile.BadZipFile,
            zlib.error,
            ValueError,
            OSError,
            EOFError,
            NotImplementedError,
            LookupError,
        ):
            raise UnreadableCv(_DAMAGED) from None
        except RuntimeError:  # zipfile's word for a wrong password
            raise UnreadableCv("it is encrypted", "ask for it without a password") from None
        self._left -= size
        return b"".join(parts)
