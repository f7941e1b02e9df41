"""The command ``cv-addresses``: the e-mail addresses of CVs, without a ledger."""

import json
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from ..advice.cv_addresses import CvReading, UnreadableCv
from ..advice.cv_addresses import cv_addresses as addresses_of
from ..advice.cv_addresses.limits import DEFAULT
from .exit_codes import ExitCode
from .files import Found, find_files, obstacle_of
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import printable

_AHEAD: Final = 2
"""Files a processor that are read ahead, so that none waits and memory stays small."""


class _Answer(NamedTuple):
    file: str
    reading: CvReading | None
    obstacle: str | None

    def as_json(self) -> dict[str, Any]:
        found = self.reading.addresses if self.reading else ()
        return {
            "file": self.file,
            "addresses": [{"address": each.address, "page": each.page, "how": each.how} for each in found],
            "readable": self.reading is not None and self.reading.readable,
        }

    def as_text(self) -> Iterator[str]:
        yield self.file
        if self.reading is None:
            yield f"  not read: {self.obstacle}"
        elif not self.reading.readable:
            yield "  no text to look in: a scan, or empty"
        elif not self.reading.addresses:
            yield "  no address"
        else:
            width = max(len(each.address) for each in self.reading.addresses)
            for each in self.reading.addresses:
                page = f"page {each.page}, " if each.page else ""
                yield f"  {each.address:<{width}}  {page}{each.how}"


def _answer(found: Found, name: str | None) -> _Answer:
    file = str(found.path)
    if found.obstacle:
        return _Answer(file, None, found.obstacle)
    try:
        with found.path.open("rb") as stream:
            data = stream.read(DEFAULT.size + 1)  # one more, so that it is refused
        return _Answer(file, addresses_of(data, name=name), None)
    except OSError as error:
        return _Answer(file, None, obstacle_of(error))
    except UnreadableCv as error:
        return _Answer(file, None, f"{error.obstacle}; {error.remedy}")


def _answers(files: list[Found], name: str | None) -> Iterator[_Answer]:
    """In order; each CV is read in a process of its own, as many at a time as there are processors."""
    workers = min(os.cpu_count() or 1, len(files)) or 1
    waiting: deque[Future[_Answer]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for each in files:
            waiting.append(pool.submit(_answer, each, name))
            if len(waiting) > workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@click.command("cv-addresses")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--name", metavar="NAME", help="The candidate's name, where it is known: ranks better.")
@options("lang", lang=OPERATORS_LANG)
@pass_settings
def cv_addresses(settings: Settings, paths: tuple[str, ...], name: str | None) -> int:
    """Find the e-mail addresses of CVs, the candidate's own first; no ledger is needed.

    PATH is a file (PDF, DOCX, ODT, RTF, HTML or text) or a folder with its folders. Of each address the page
    and where it stands are told. With --json the answers are lines of JSON.

    A file that cannot be read is answered too, as not readable, and ends the command with exit code 4. A
    scan is not readable either, but no failure.
    """
    failed = False
    for answer in _answers(find_files([Path(path) for path in paths]), name):
        failed |= answer.reading is None
        if settings.json:
            click.echo(json.dumps(answer.as_json(), ensure_ascii=False))
            if answer.obstacle:
                click.echo(printable(f"deliveryledger: {answer.file}: {answer.obstacle}"), err=True)
        else:
            click.echo(printable("\n".join(answer.as_text())))
    return ExitCode.POISONED if failed else ExitCode.OK
