"""Mails in files: one in each, or an mbox; in a folder, a Maildir, or on standard input."""

import re
import sys
from collections.abc import Iterator
from errno import EBADF, ENOENT
from io import BytesIO
from itertools import chain
from os import PathLike, fspath, strerror
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from ..mail.scanner import DEFAULT_LIMITS
from .folders import find_files, obstacle_of

STANDARD_INPUT: Final = "-"
_ONE_MAIL: Final = ".eml"
"""A file of that name holds one mail, whatever its lines look like."""
_CHUNK: Final = 64 * 1024
"""Bytes of a line that are held at a time: a file may have no line ends at all."""
_SEPARATOR: Final = re.compile(
    # RFC 4155 appendix A: sender, and a date as of asctime(); many add a zone, or leave the seconds out.
    rb"From .{0,1000}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? {1,2}"
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} {1,2}\d\d?:\d\d(?::\d\d)?"
    rb"(?: [A-Z0-9+-]{1,9}){0,2} \d{4}"
)
_FIELD: Final = re.compile(rb"[!-9;-~]{1,80}[ \t]*:|>From ")
"""How the line after a separator begins: a header field, or what some servers put before the first one."""
_QUOTED: Final = re.compile(rb">+From ")


class FoundMail(NamedTuple):
    """A mail as it is; or, with an ``obstacle``, a file of a folder that cannot be read, and why."""

    name: str
    """The file; of one with several mails with the mail's number, from 1: ``bounces.mbox:17``."""
    raw: bytes
    """At most one byte more than the limit: of what is longer, the beginning, which ``read_mail`` refuses."""
    obstacle: str | None = None


def mails_in(path: str | PathLike[str], *, limit: int = DEFAULT_LIMITS.size) -> Iterator[FoundMail]:
    """The mails of a file, an mbox, a folder (and its folders), a Maildir, or standard input (``-``).

    A folder's files are read in the order of their names; hidden ones are left out. What a file holds is
    told from its content. Raises OSError for what is named; in a folder it is an obstacle.
    """
    if fspath(path) == STANDARD_INPUT:
        yield from mails_of(standard_input(), STANDARD_INPUT, limit=limit)
        return
    if not fspath(path):  # a script's empty variable, which Path takes for the folder one is in
        raise FileNotFoundError(ENOENT, strerror(ENOENT))
    named = Path(path)
    for file, obstacle in find_files([named]):
        if obstacle is not None:
            yield FoundMail(str(file), b"", obstacle)
            continue
        try:
            with file.open("rb") as stream:
                yield from mails_of(stream, str(file), limit=limit)
        except OSError as error:
            if file == named:
                raise
            yield FoundMail(str(file), b"", obstacle_of(error))


def standard_input() -> BinaryIO:
    """Its bytes. Raises OSError where whoever started us closed it."""
    if sys.stdin is None:
        raise OSError(EBADF, "it is closed")
    return sys.stdin.buffer


def mails_of(
    stream: BinaryIO, name: str, *, start: bytes = b"", limit: int = DEFAULT_LIMITS.size
) -> Iterator[FoundMail]:
    """The mails of a stream, whose :func:`beginning` may have been read already. Raises OSError."""
    start = start or beginning(stream)
    first_line = start.lstrip(b"\r\n")
    if name.lower().endswith(_ONE_MAIL) or not _SEPARATOR.match(first_line):
        raw = start + stream.read(max(0, limit + 1 - len(start)))
        yield FoundMail(name, raw[: limit + 1])
        return
    mails = _split(chain(_lines(BytesIO(first_line)), _lines(stream)), limit)
    first, number = next(mails, b""), 1
    for number, raw in enumerate(mails, 2):
        if number == 2:
            yield FoundMail(f"{name}:1", first)
        yield FoundMail(f"{name}:{number}", raw)
    if number == 1:
        yield FoundMail(name, first)


def beginning(stream: BinaryIO) -> bytes:
    """The blank lines at the top and the first other one, or as much as is held at a time. Raises OSError."""
    start = b""
    while not start.strip() and len(start) < _CHUNK and (line := stream.readline(_CHUNK)):
        start += line
    return start


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: stream.readline(_CHUNK), b"")


def _split(lines: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """The mails between the separators, with their quoting undone (mboxrd), the separators left out.

    A line is one only if a header field follows: not every writer quotes what a mail itself quotes.
    Content-Length is not asked: whoever wrote the mail wrote it too.
    """
    mail = bytearray()
    separator = next(lines)
    is_start, is_first = True, True
    for line in lines:
        if separator:
            if is_first or _FIELD.match(line):
                if mail:
                    yield _without_last_line(mail, limit)
                mail.clear()
            else:
                _add(mail, separator, limit)
            separator, is_first = b"", False
        if is_start and line.endswith(b"\n") and _SEPARATOR.match(line):
            separator = line
        else:
            _add(mail, line[1:] if is_start and _QUOTED.match(line) else line, limit)
        is_start = line.endswith(b"\n")
    if not is_first:
        _add(mail, separator, limit)
    if mail:
        yield _without_last_line(mail, limit)


def _add(mail: bytearray, line: bytes, limit: int) -> None:
    """Keep a line, as far as the limit lets it; the line end before a separator is not the mail's."""
    mail += line[: max(0, limit + 3 - len(mail))]


def _without_last_line(mail: bytearray, limit: int) -> bytes:
    """Without the empty line that ends each mail of an mbox (RFC 4155)."""
    for end in (b"\r\n", b"\n"):
        if mail.endswith(b"\n" + end):
            del mail[-len(end) :]
            break
    return bytes(mail[: limit + 1])
