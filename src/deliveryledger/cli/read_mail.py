"""The command ``read-mail``: what mails say, one or a hundred thousand, without a ledger."""

import json
import multiprocessing
import os
import signal
import sys
import textwrap
import threading
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from itertools import islice
from typing import Any, Final

import click

from ..errors import CommandRefused
from ..inbound.mail.kinds import Kind, answer_lines
from ..inbound.mailboxes import FoundMail, mails_in
from .exit_codes import ExitCode
from .files import obstacle_of
from .interrupts import for_children
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import printable

PAYS_FROM: Final = 500
"""Mails after which processes are started: to start them takes as long as to read some hundred mails.

``python -m tests.benchmarks.mail_speed --pool`` on two cores: from 200 mails on it is 1.3 times as fast, from
500 on 1.5 times and more; where others use the cores too, it is 0.8 times as fast up to 400 mails. To hand
bytes over is a hundredth of the work, so that processes which open files themselves would gain nothing.
"""
_CHUNK: Final = 100
"""Mails that a process is given at a time."""
_CHUNK_SIZE: Final = 4 * 1024 * 1024
"""Bytes of them, beyond which a chunk ends."""
_WIDTH: Final = 100
"""Characters of a server's words that a person is shown; --json has all of them."""
_AHEAD: Final = 3
"""Chunks a process that are read ahead, so that none waits and memory stays small."""


class WorkerLost(CommandRefused):
    """A process that read mails is gone."""


def found(paths: Iterable[str], unopened: list[str]) -> Iterator[FoundMail]:
    """The mails of all paths; of a file that cannot be opened the obstacle, and its name in ``unopened``."""
    for path in paths:
        try:
            for mail in mails_in(path):
                if mail.obstacle:
                    unopened.append(mail.name)
                yield mail
        except OSError as error:
            unopened.append(path)
            yield FoundMail(path, b"", obstacle_of(error))


def read_all(mails: Iterator[FoundMail]) -> Generator[str, None, None]:
    """A line of JSON for each mail, in order: the first ones at once, of many the rest by all processors.

    Raises WorkerLost.
    """
    for mail in islice(mails, PAYS_FROM):
        yield from answer_lines([mail])
    first = list(islice(mails, 1))
    if not first:
        return
    workers = os.cpu_count() or 1
    pool = ProcessPoolExecutor(workers, _context(), signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        yield from _by(pool, _chunks(first, mails), workers * _AHEAD)
    except BrokenProcessPool:
        raise WorkerLost(
            "read mails", "a process that read them was ended", "look whether memory is short, try again"
        ) from None
    finally:
        # Who stopped reading us, or pressed Ctrl-C, does not wait for what was read ahead.
        pool.shutdown(cancel_futures=True)


def _by(pool: ProcessPoolExecutor, chunks: Iterator[list[FoundMail]], ahead: int) -> Iterator[str]:
    waiting: deque[Future[list[str]]] = deque()
    for chunk in chunks:
        with for_children():  # the first ones start the processes
            waiting.append(
                pool.submit(answer_lines, [(mail.name, mail.raw, mail.obstacle) for mail in chunk])
            )
        if len(waiting) >= ahead:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def _chunks(first: list[FoundMail], mails: Iterator[FoundMail]) -> Iterator[list[FoundMail]]:
    chunk, size = list(first), sum(len(mail.raw) for mail in first)
    for mail in mails:
        chunk.append(mail)
        size += len(mail.raw)
        if len(chunk) >= _CHUNK or size >= _CHUNK_SIZE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _context() -> multiprocessing.context.BaseContext:
    """A fork takes a hundredth of the time, and is safe on Linux as long as there is one thread."""
    is_safe = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if is_safe else "spawn")


def as_text(answer: dict[str, Any]) -> Iterator[str]:
    """The lines of an answer to a person."""
    what = answer["kind"] if not answer["feedback_type"] else f"{answer['kind']} ({answer['feedback_type']})"
    yield f"{what:<12}  {answer['file']}"
    if answer["error"]:
        yield f"  {answer['error']}"
    for report in answer["reports"]:
        action = report["action"] or answer["kind"]
        why = ", ".join(filter(None, (report["severity"], report["reason"])))
        by = f"[{report['rule']}]" if report["rule"] else ""
        yield "  ".join(filter(None, (f"  {action}", report["recipient"] or "no recipient named", why, by)))
        if report["diagnostic"]:
            words = textwrap.shorten(report["diagnostic"], _WIDTH, placeholder=" …")
            yield f"  {'':{len(action)}}  {words}"


@click.command("read-mail")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@options("lang", lang=OPERATORS_LANG)
@pass_settings
def read_mail(settings: Settings, paths: tuple[str, ...]) -> int:
    """Read bounce and complaint mails, and say what is in them; no ledger is needed.

    PATH is a file, an mbox, a folder (with its folders), a Maildir, or - for standard input. Each mail is
    answered: bounce, delay, delivered, complaint, withdrawal, unsubscribe, auto_reply, not_a_report or
    unreadable, and for each recipient severity, reason and the rule that decided. With --json the answers
    are lines of JSON.

    A file that cannot be opened is answered too, as unreadable, and ends the command with exit code 4.
    """
    kinds: Counter[str] = Counter()
    unopened: list[str] = []
    with closing(read_all(found(paths, unopened))) as lines:  # an interrupt ends the processes here
        for line in lines:
            if settings.json:
                click.echo(line)
                continue
            answer = json.loads(line)
            kinds[answer["kind"]] += 1
            click.echo(printable("\n".join(as_text(answer))))
    if kinds.total() > 1:
        counts = (f"{kinds[kind]} {kind}" for kind in Kind if kinds[kind])
        click.echo(f"{kinds.total()} mails: {', '.join(counts)}")
    return ExitCode.POISONED if unopened else ExitCode.OK
