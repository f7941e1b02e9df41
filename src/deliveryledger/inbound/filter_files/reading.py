"""Rows of the files that somebody names: the format told by the header, each row an entry or refused."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Final, TextIO

from ...application.filter_rows import FORMULA_STARTS, FilterRow, RefusedRow
from ...domain.addresses import check_typed, problem_with
from ...domain.failure_reason import FailureReason
from ...domain.reports import utc
from ...domain.suppression_filter.events import Cause
from ...errors import InvalidAddress, InvalidInput, PayloadTooLarge, UnknownFormat
from .formats import FORMATS, SES_REASONS, SES_WITHOUT_HEADER, Fields, Format, named, plain, recognised
from .text import MAX_LINE, Item, Lines, objects_of_lines, objects_of_list, records

MAX_BYTES: Final = 512 * 1024 * 1024
"""Of one file."""
MAX_ROWS: Final = 1_000_000
"""Of all files of one import together."""

_ATTEMPTED: Final = "read a list of addresses"
_NAME_IT: Final = "name the format"
_BOMS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


class FilterFiles:
    """The rows of some files, as often as they are asked for. ``name`` names the format of all of them.

    Asking raises UnknownFormat, PayloadTooLarge, InvalidInput (a file cannot be read, or has changed since).
    """

    def __init__(self, files: Sequence[Path], *, name: str | None = None) -> None:
        self._format = named(name) if name else None
        if name and self._format is None:
            raise UnknownFormat(
                _ATTEMPTED, "there is no format of that name", f"use one of {', '.join(_NAMES)}"
            )
        self._files = files
        self._seen: dict[Path, tuple[int, int]] = {}

    def __call__(self) -> Iterator[FilterRow | RefusedRow]:
        """Every row of every file, in order."""
        number = 0
        for file in self._files:
            for row in self._rows(file):
                number += 1
                if number > MAX_ROWS:
                    raise PayloadTooLarge(
                        _ATTEMPTED, f"there are more than {MAX_ROWS:,} rows", "import it in several parts"
                    )
                yield row

    def _rows(self, file: Path) -> Iterator[FilterRow | RefusedRow]:
        try:
            self._check(file)
            with file.open("rb") as raw:
                head = raw.read(3)
                raw.seek(0)
                encoding = next((name for bom, name in _BOMS if head.startswith(bom)), "utf-8")
                with TextIOWrapper(raw, encoding=encoding, errors="replace") as stream:
                    yield from _entries(stream, self._format, file.name)
        except OSError as error:
            obstacle = f"{file.name!r}: {error.strerror or type(error).__name__}"
            raise InvalidInput(_ATTEMPTED, obstacle, "name files that you may read") from None

    def _check(self, file: Path) -> None:
        status = file.stat()
        if not file.is_file():
            raise InvalidInput(_ATTEMPTED, f"{file.name!r} is no regular file", "name files, one by one")
        if status.st_size > MAX_BYTES:
            raise PayloadTooLarge(
                _ATTEMPTED, f"{file.name!r} has more than {MAX_BYTES >> 20} MiB", "import it in several parts"
            )
        state = (status.st_size, status.st_mtime_ns)
        if self._seen.setdefault(file, state) != state:
            raise InvalidInput(_ATTEMPTED, f"{file.name!r} has changed since it was counted", "begin again")


_NAMES: Final = tuple(each.name for each in FORMATS)


def _entries(stream: TextIO, wanted: Format | None, file: str) -> Iterator[FilterRow | RefusedRow]:
    head = stream.read(MAX_LINE)
    stream.seek(0)
    is_json = head.lstrip()[:1] in ("[", "{")
    items = _json_items(stream, head) if is_json else _csv_items(stream, head)
    known = None
    for line, fields in items:
        if isinstance(fields, str):
            yield RefusedRow(file, line, fields)
            continue
        if known is None:
            known = wanted or _told(frozenset(fields), file)
            if known.address not in fields:
                raise _unknown(
                    file, "has no field that the named format needs", recognised(frozenset(fields))
                )
        if known.is_ours and not is_json:
            fields = {name: _unescaped(cell) for name, cell in fields.items()}
        yield _entry(known, fields, file, line)


def _unescaped(cell: object) -> object:
    """A cell without the apostrophe that keeps spreadsheets from running it."""
    is_escaped = isinstance(cell, str) and cell[:1] == "'" and cell[1:2] and cell[1:2] in FORMULA_STARTS
    return cell[1:] if isinstance(cell, str) and is_escaped else cell


def _json_items(stream: TextIO, head: str) -> Iterator[Item]:
    arrays = "|".join(each.array for each in FORMATS if each.array)
    found = re.match(rf'\s*\[|\s*\{{[^\[]*?"(?:{arrays})"\s*:\s*\[', head)
    if found is None:
        items = objects_of_lines(Lines(stream))
    else:
        stream.read(len(head))
        items = objects_of_list(stream, head[found.end() :], 1 + head.count("\n", 0, found.end()))
    for line, item in items:
        yield line, item if isinstance(item, str) else {plain(name): value for name, value in item.items()}


def _csv_items(stream: TextIO, head: str) -> Iterator[Item]:
    delimiter = max(",;\t", key=head.partition("\n")[0].count)
    names: Sequence[str] | None = None
    for line, cells in records(Lines(stream), delimiter):
        if isinstance(cells, str):
            yield line, cells
        elif names is None and (names := _header(cells)) is not SES_WITHOUT_HEADER:
            continue
        elif len(cells) != len(names):
            yield line, "it has more or fewer cells than the header"
        else:
            yield line, dict(zip(names, cells, strict=True))


def _header(cells: list[str]) -> Sequence[str]:
    """The names of the columns. The files of Amazon SES's jobs have no header."""
    if len(cells) == 2 and "@" in cells[0] and cells[1].strip().lower() in SES_REASONS:
        return SES_WITHOUT_HEADER
    return [plain(cell) for cell in cells]


def _told(fields: frozenset[str], file: str) -> Format:
    found = recognised(fields)
    if not found:
        raise _unknown(file, "has fields of no format that is known", FORMATS)
    if len(found) > 1:
        raise _unknown(file, "may be of several formats", found)
    if found[0].same_as:
        raise _unknown(file, f"may be another list ({found[0].same_as})", found)
    return found[0]


def _unknown(file: str, obstacle: str, candidates: Sequence[Format]) -> UnknownFormat:
    names = tuple(each.name for each in candidates)
    return UnknownFormat(
        _ATTEMPTED, f"{file} {obstacle}", f"{_NAME_IT}: {', '.join(names)}", candidates=names
    )


def _entry(format_: Format, fields: Fields, file: str, line: int) -> FilterRow | RefusedRow:
    cause = format_.cause(fields)
    if not isinstance(cause, Cause):
        return RefusedRow(file, line, cause)
    try:
        return FilterRow(
            address=_address(_text(format_, fields, format_.address), format_),
            cause=cause,
            reason=_reason(_text(format_, fields, format_.reason)),
            since=_moment(fields.get(format_.since)),
            expires_at=_moment(fields.get(format_.expires)),
        )
    except _Refused as refused:
        return RefusedRow(file, line, str(refused))


class _Refused(Exception):
    """Why a row is no entry; without what it holds."""


def _text(format_: Format, fields: Fields, name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Refused("a field is of another type than is expected")
    return value if format_.is_ours else value.strip()


def _address(text: str, format_: Format) -> str:
    if "\ufffd" in text:
        raise _Refused("its address is not in UTF-8")
    if any(not character.isprintable() for character in text):
        raise _Refused("its address has a character that cannot be printed")
    if not format_.is_ours and problem_with(text) is not None:
        raise _Refused("its address is no e-mail address")
    try:
        return check_typed(text)
    except InvalidAddress:
        raise _Refused("its address is empty or too long") from None


def _reason(text: str) -> FailureReason | None:
    try:
        return FailureReason(text) if text else None
    except ValueError:
        raise _Refused("its reason is none that is known") from None


def _moment(value: object) -> datetime | None:
    """ISO 8601, RFC 5322 or seconds since 1970; without a zone it is UTC."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        text = str(value).strip() if isinstance(value, str) else ""
        if re.fullmatch(r"\d{1,12}(\.\d{1,9})?", text):
            return datetime.fromtimestamp(float(text), UTC)
        return utc(_parsed(text))
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        raise _Refused("its date cannot be read") from None


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)
